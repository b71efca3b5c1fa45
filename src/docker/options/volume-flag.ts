import { resolve } from 'node:path';
import type { Propagation } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkTarget, type MountRequest } from './mount-request.js';

export const PROPAGATIONS: ReadonlySet<string> = new Set([
  'private',
  'rprivate',
  'slave',
  'rslave',
  'shared',
  'rshared',
] satisfies Propagation[]);

/** Docker's words for SELinux (z, Z) and for macOS, which change nothing here. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['rw', 'z', 'Z', 'cached', 'consistent', 'delegated']);

/** `-v`: `DST`, `NAME:DST`, `SRC:DST`, each with `:ro,rslave,…` behind it. Throws UserError (2). */
export function parseVolume(value: string, cwd: string): MountRequest {
  const parts = value.split(':');
  if (parts.length > 3 || parts.some((part) => part === '')) throw badSpec(value);
  const [source, destination, modes = ''] = parts.length === 1 ? [undefined, ...parts] : parts;
  const target = checkTarget(destination as string);
  const { readOnly, propagation, copy, idmap } = parseModes(modes, value);
  if (source === undefined || !isPath(source)) {
    if (propagation !== undefined) throw onlyForBinds(value);
    return { type: 'volume', name: source, target, readOnly, copy };
  }
  const bind = { source: resolve(cwd, source), target, readOnly, propagation: propagation ?? 'rprivate', ...idmap };
  return { type: 'bind', ...bind, create: true };
}

/** As Docker: absolute, or relative with a dot in front. Anything else is the name of a volume. */
function isPath(source: string): boolean {
  if (/^(\/|\.{1,2}(\/|$))/.test(source)) return true;
  if (!source.includes('/')) return false;
  const message = `${JSON.stringify(source)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed`;
  throw new UserError(message, 2, 'If you intended to pass a host directory, use its absolute path, or ./ in front.');
}

/** The last one is podman's: docker has none. */
const OTHER_WORDS = ['ro', 'nocopy', 'idmap'];

function parseModes(modes: string, value: string) {
  const both = modes.split(',').filter((word) => word === 'ro' || word === 'rw');
  if (both.length > 1) throw new UserError(`invalid mode: ${modes} in "-v ${value}"`, 2, 'One of ro and rw, and once.');
  const words = modes.split(',').filter((word) => word !== '' && !WITHOUT_EFFECT.has(word));
  const propagation = words.find((word) => PROPAGATIONS.has(word)) as Propagation | undefined;
  const unknown = words.find((word) => !OTHER_WORDS.includes(word) && word !== propagation);
  if (unknown !== undefined) {
    const allowed = `ro, rw, nocopy, idmap, z, Z, or one of ${[...PROPAGATIONS].join(', ')}`;
    throw new UserError(`invalid mode: ${unknown} in "-v ${value}"`, 2, `Allowed: ${allowed}.`);
  }
  const idmap = words.includes('idmap') ? { idmap: true } : {};
  return { readOnly: words.includes('ro'), propagation, copy: !words.includes('nocopy'), idmap };
}

function badSpec(value: string): UserError {
  return new UserError(`invalid volume specification: '${value}'`, 2, 'SRC:DST, SRC:DST:ro, NAME:DST or DST.');
}

function onlyForBinds(value: string): UserError {
  const message = `invalid volume specification: '${value}': only a directory of the host has a propagation`;
  return new UserError(message, 2, 'Leave the word away, or give an absolute path as the source.');
}
