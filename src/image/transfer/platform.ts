import { UserError } from '../../kernel/errors/user-error.js';
import type { Descriptor, Platform } from '../manifest.js';
import { ownPlatform } from '../platform.js';

/** Go's names of architectures, with the others that docker takes for them (containerd, platforms/database.go). */
const ARCHITECTURES: readonly (readonly string[])[] = [
  ['amd64', 'x86_64', 'x86-64'],
  ['arm64', 'aarch64'],
  ['arm', 'armhf'],
  ['386', 'i386'],
];

/** `OS/ARCH[/VARIANT]`, or one of the first two. Throws UserError (2). */
export function parsePlatform(given: string): Platform {
  const words = given.toLowerCase().split('/');
  const [os = '', architecture = '', variant, ...more] =
    words.length === 1 && words[0] !== 'linux' ? ['linux', ...words] : words;
  if (more.length > 0 || words.includes(''))
    throw new UserError(
      `invalid platform ${JSON.stringify(given)}`,
      2,
      'Such as linux/amd64, linux/arm64, linux/arm/v7',
    );
  const known = ARCHITECTURES.find((names) => names.includes(architecture))?.[0];
  const own = ownPlatform();
  return { os, architecture: (known ?? architecture) || own.architecture, ...(variant !== undefined && { variant }) };
}

export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** Of an image for several machines, the one for a platform. Throws UserError (3), which says for which it is. */
export function chooseManifest(all: readonly Descriptor[], wanted: Platform, name: string): Descriptor {
  // buildx adds attestations, for a platform "unknown/unknown".
  const real = all.filter(({ platform }) => platform?.os !== 'unknown');
  const fitting = real.filter(({ platform }) => platform && fits(platform, wanted));
  // amd64/v3 takes a newer machine than amd64 does.
  const same = fitting.find(({ platform }) => platform?.variant === wanted.variant);
  const found = same ?? fitting[0] ?? real.find((one) => !one.platform);
  if (found) return found;
  const there = [...new Set(real.flatMap(({ platform }) => (platform ? [platformName(platform)] : [])))];
  const message = `no matching manifest for ${platformName(wanted)} in the manifest list entries: ${name}`;
  throw new UserError(message, 3, there.length > 0 ? `It is for ${there.join(', ')}: --platform` : undefined);
}

/** arm64 has one variant, v8, which may be said or not. */
function fits(has: Platform, wanted: Platform): boolean {
  const variantOf = ({ architecture, variant }: Platform) => (architecture === 'arm64' ? (variant ?? 'v8') : variant);
  const isVariant =
    wanted.variant === undefined && wanted.architecture !== 'arm64' ? true : variantOf(has) === variantOf(wanted);
  return has.os === wanted.os && has.architecture === wanted.architecture && isVariant;
}
