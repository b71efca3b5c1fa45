import { UserError } from '../../kernel/errors/user-error.js';
import { checkTarget, type MountRequest } from './mount-request.js';

/** Those of mount(8) that docker takes for a tmpfs (moby/sys, mount.MergeTmpfsOptions) and that mean something for it. */
const FLAGS: ReadonlySet<string> = new Set([
  ...['defaults', 'ro', 'rw', 'suid', 'nosuid', 'dev', 'nodev', 'exec', 'noexec', 'sync', 'async', 'dirsync'],
  ...['atime', 'noatime', 'diratime', 'nodiratime', 'relatime', 'norelatime', 'strictatime', 'nostrictatime'],
]);

/** The values of each option of tmpfs(5). The kernel would truncate a number that is too large (memparse()). */
const VALUES: Readonly<Record<string, (value: string) => boolean>> = {
  size: (value) => isCount(value) || (/^\d+%$/.test(value) && Number.parseInt(value, 10) <= 100),
  nr_blocks: isCount,
  nr_inodes: isCount,
  mode: (value) => /^[0-7]{1,5}$/.test(value) && Number.parseInt(value, 8) <= 0o7777,
  uid: isId,
  gid: isId,
  mpol: (value) => /^(default|local|(prefer|bind|interleave)(=(static|relative))?(:[\d-]+)?)$/.test(value),
  huge: (value) => /^(never|always|within_size|advise)$/.test(value),
};

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function isCount(value: string): boolean {
  const [, digits, unit = ''] = /^(\d+)([kmgt]?)$/i.exec(value) ?? [];
  return digits !== undefined && Number.isSafeInteger(Number(digits) * (UNITS[unit.toLowerCase()] as number));
}

function isId(value: string): boolean {
  return /^\d+$/.test(value) && Number(value) <= 0x7fff_ffff;
}

function isOption(word: string): boolean {
  const [name = '', value = ''] = word.split(/=(.*)/s);
  return FLAGS.has(word) || (Object.hasOwn(VALUES, name) && VALUES[name]?.(value) === true);
}

/** `--tmpfs DST` or `DST:size=64m,mode=1777,exec,ro,…`. Throws UserError (2). */
export function parseTmpfs(value: string): MountRequest {
  const [target = '', words = ''] = value.split(/:(.*)/s);
  const options = words.split(',').filter((word) => word !== '');
  const unknown = options.find((option) => !isOption(option));
  if (unknown === undefined) return { type: 'tmpfs', target: checkTarget(target), options: options.join(',') };
  const message = `invalid tmpfs option ${JSON.stringify(unknown)} in "--tmpfs ${value}"`;
  const values = 'size=64m, mode=1777, uid=, gid=, nr_inodes=, nr_blocks=, mpol=, huge=';
  throw new UserError(message, 2, `Allowed: ${values}; ${[...FLAGS].join(', ')}.`);
}
