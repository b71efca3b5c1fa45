import { UserError } from '../../../kernel/errors/user-error.js';

/** What `--chmod` makes of a file's mode. */
export type ChangeMode = (mode: number, isDirectory: boolean) => number;

/** `755`, or as chmod(1) has it: `u=rwX,go=rX`, `+x`, `g=u`. Throws UserError (1). */
export function parseChmod(given: string): ChangeMode {
  if (/^[0-7]{3,5}$/.test(given)) return () => Number.parseInt(given, 8) & 0o7777;
  const clauses = given.split(',').map((clause) => CLAUSE.exec(clause));
  if (!clauses.every((clause) => clause !== null))
    throw new UserError(
      `invalid chmod parameter: ${JSON.stringify(given)}`,
      1,
      'An octal number such as 755, or changes such as u=rwX,go=rX.',
    );
  return (mode, isDirectory) => clauses.reduce((before, clause) => changed(before, clause, isDirectory), mode);
}

const CLAUSE = /^([ugoa]*)([-+=])([rwxXst]*|[ugo])$/;

const PLACES = { u: 6, g: 3, o: 0 } as const;
type Who = keyof typeof PLACES;

/** Nobody at all means all: there is no umask. */
function changed(mode: number, [, who = '', operator, what = '']: readonly string[], isDirectory: boolean): number {
  const all = (/^a?$|a/.test(who) ? ['u', 'g', 'o'] : [...who]) as Who[];
  const bits = all.reduce((sum, one) => sum | bitsOf(one, what, { mode, isDirectory }), 0);
  if (operator === '+') return mode | bits;
  if (operator === '-') return mode & ~bits;
  const cleared = all.reduce((sum, one) => sum | (7 << PLACES[one]) | SPECIAL[one], 0);
  return (mode & ~cleared) | bits;
}

/** Set-user-ID, set-group-ID; the sticky bit is of all. */
const SPECIAL = { u: 0o4000, g: 0o2000, o: 0o1000 } as const;

function bitsOf(who: Who, what: string, { mode, isDirectory }: { mode: number; isDirectory: boolean }): number {
  const copied = PLACES[what as Who];
  if (copied !== undefined) return ((mode >> copied) & 7) << PLACES[who];
  const mayRun = what.includes('x') || (what.includes('X') && (isDirectory || (mode & 0o111) !== 0));
  const permissions = (what.includes('r') ? 4 : 0) | (what.includes('w') ? 2 : 0) | (mayRun ? 1 : 0);
  const special = (what.includes('s') && who !== 'o') || (what.includes('t') && who === 'o') ? SPECIAL[who] : 0;
  return (permissions << PLACES[who]) | special;
}
