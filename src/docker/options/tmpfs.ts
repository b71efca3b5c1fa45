import { UserError } from '../../kernel/errors/user-error.js';
import { checkTarget, type MountRequest } from './mount-request.js';

/** Options that every tmpfs of a container has. */
const ALWAYS: ReadonlySet<string> = new Set(['rw', 'noexec', 'nosuid', 'nodev']);

/** The values of each option of tmpfs(5). The kernel would truncate a number that is too large (memparse()). */
const VALUES: Readonly<Record<string, (value: string) => boolean>> = {
  size: (value) => isCount(value) || (/^\d+%$/.test(value) && Number.parseInt(value, 10) <= 100),
  nr_blocks: isCount,
  nr_inodes: isCount,
  mode: (value) => /^[0-7]{1,5}$/.test(value) && Number.parseInt(value, 8) <= 0o7777,
  uid: isId,
  gid: isId,
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
  return Object.hasOwn(VALUES, name) && VALUES[name]?.(value) === true;
}

/** `--tmpfs DST` or `DST:size=64m,mode=1777`. Throws UserError (2). */
export function parseTmpfs(value: string): MountRequest {
  const [target = '', words = ''] = value.split(/:(.*)/s);
  const options = words.split(',').filter((word) => word !== '' && !ALWAYS.has(word));
  const unknown = options.find((option) => !isOption(option));
  if (unknown === undefined) return { type: 'tmpfs', target: checkTarget(target), options: options.join(',') };
  const allowed = `size=64m, mode=1777, uid=, gid=, nr_inodes=, nr_blocks=, huge=; ${[...ALWAYS].join(', ')} hold anyway`;
  throw new UserError(
    `invalid tmpfs option ${JSON.stringify(unknown)} in "--tmpfs ${value}"`,
    2,
    `Allowed: ${allowed}.`,
  );
}
