import { UserError } from '../../kernel/errors/user-error.js';
import { ensureRootfs } from '../../rootfs/rootfs.js';
import { nearest } from '../../state/nearest.js';

/** The image that needs no download: made of this host's busybox, or of its own programs. */
const LOCAL = 'busybox';
const MADE_HERE = [LOCAL, 'tslab/node', 'tslab/python'];

/** Where an image may come from, and for which machine, as given. */
export interface ImageFlags {
  readonly pull?: string;
  readonly platform?: string;
}

/** Whether the image that is made here fits. Throws UserError (2), in Docker's words where it has some. */
export function checkImage(image: string, { pull = 'missing', platform = '' }: ImageFlags): void {
  if (!['always', 'missing', 'never', ''].includes(pull))
    throw new UserError(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`, 2);
  checkPlatform(image, platform);
}

/** `OS/ARCH[/VARIANT]`, or one of the two first (containerd/platforms, Parse()). */
function checkPlatform(image: string, given: string): void {
  const words = given.toLowerCase().split('/').filter(Boolean);
  const [os, arch] = words.length === 1 && words[0] !== 'linux' ? ['linux', words[0]] : words;
  const own = ARCHITECTURES[process.arch] ?? [process.arch];
  if ((os ?? 'linux') === 'linux' && own.includes(arch ?? (own[0] as string))) return;
  const here = `linux/${own[0]}`;
  const message = `image with reference ${image} was found but its platform (${here}) does not match the specified platform (${given})`;
  throw new UserError(
    message,
    2,
    `This machine runs programs for ${here}; tslab pull --platform has images of others.`,
  );
}

/** Those of Go by those of node, with the other names that docker takes for them. */
const ARCHITECTURES: Partial<Record<string, readonly string[]>> = {
  x64: ['amd64', 'x86_64', 'x86-64'],
  arm64: ['arm64', 'aarch64'],
};

/**
 * Lower layers of an image, topmost first; with `--rootfs` that directory in its place. Throws UserError: 2 where there is no
 * such image or directory, 3 where none can be made here.
 */
export function imageLayers(image: string, rootfs?: string): string[] {
  if (rootfs === undefined && !isMadeHere(image)) throw unknownImage(image);
  return [ensureRootfs(rootfs).path];
}

/** Whether the image is made of what this host has, without a store. */
export function isMadeHere(image: string): boolean {
  return withoutLatest(image) === LOCAL;
}

/** In Docker's words; `why` it could not be pulled, and the names of other images that are here. */
export function unknownImage(
  image: string,
  { why, names = [] }: { readonly why?: UserError; readonly names?: readonly string[] } = {},
): UserError {
  const like = nearest(image, [...MADE_HERE, ...names, ...names.map(withoutLatest)]);
  const remedy = like ? `Did you mean ${like}?` : `These need no network: ${MADE_HERE.join(', ')}.`;
  const reason = why ? `, nor to pull it: ${why.message}` : '';
  return new UserError(
    `Unable to find image '${image}' locally${reason}`,
    2,
    [remedy, why?.remedy].filter(Boolean).join('\n'),
  );
}

function withoutLatest(name: string): string {
  return name.replace(/:latest$/, '');
}
