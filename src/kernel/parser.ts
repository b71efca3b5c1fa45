/**
 * From a value of unknown kind, such as JSON has, to a typed one. A parser is made of smaller ones, as the type is:
 *
 *     const owner: Parser<Owner> = record({ pid: integer(0), startTime: integer(0) });
 */

/** The value as a T. `at` is where it stands, for the message. Throws {@link Misfit} where it is none. */
export type Parser<T> = (value: unknown, at: string) => T;

/** A value does not fit: where it stands, what it is, and what was expected. */
export class Misfit extends Error {
  override readonly name = 'Misfit';

  constructor(at: string, value: unknown, wanted: string) {
    super(`${at || 'it'} is ${shown(value)}, not ${wanted}`);
  }
}

export const text: Parser<string> = (value, at) => {
  if (typeof value !== 'string') throw new Misfit(at, value, 'text');
  return value;
};

export const flag: Parser<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new Misfit(at, value, 'true or false');
  return value;
};

/** A whole number; unless said otherwise one that a double holds exactly. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Parser<number> {
  const range = most < Number.MAX_SAFE_INTEGER ? ` from ${least} to ${most}` : `, at least ${least}`;
  return (value, at) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Misfit(at, value, `a whole number${range}`);
  };
}

/** A moment in ISO 8601. */
export const moment: Parser<string> = (value, at) => {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new Misfit(at, value, 'a time');
};

/** An absolute path. No path of Linux can have a NUL in it. */
export const path: Parser<string> = matching(/^\/[^\0]*$/, 'an absolute path');

/** One of some words. */
export function word<T extends string>(...words: readonly T[]): Parser<T> {
  return (value, at) => {
    if (words.includes(value as T)) return value as T;
    throw new Misfit(at, value, `one of ${words.join(', ')}`);
  };
}

/** A string that fits a pattern; `wanted` says in words what that is. */
export function matching(pattern: RegExp, wanted: string): Parser<string> {
  return (value, at) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Misfit(at, value, wanted);
  };
}

export function list<T>(of: Parser<T>): Parser<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new Misfit(at, value, 'a list');
    return value.map((item, i) => of(item, `${at}[${i}]`));
  };
}

/** An object with keys of any name, and values of one kind. */
export function map<T>(of: Parser<T>): Parser<Record<string, T>> {
  return (value, at) => {
    const entries = Object.entries(fieldsOf(value, at)) as [string, unknown][];
    return Object.fromEntries(entries.map(([key, one]) => [key, of(one, `${at}[${JSON.stringify(key)}]`)]));
  };
}

/** A field that files of older versions lack, and its value for them. */
export function since<T>(of: Parser<T>, before: T): Parser<T> {
  return (value, at) => (value === undefined ? before : of(value, at));
}

/** A value that may be missing. */
export function maybe<T>(of: Parser<T>): Parser<T | undefined> {
  return (value, at) => (value === undefined ? undefined : of(value, at));
}

/** A value that may be missing, or null, as Go writes what is empty. */
export function orNull<T>(of: Parser<T>): Parser<T | undefined> {
  return (value, at) => (value === undefined || value === null ? undefined : of(value, at));
}

/** A parser for each field of T: one that may give undefined where the field is optional. */
export type Fields<T> = {
  readonly [Key in keyof T]-?: object extends Pick<T, Key> ? Parser<T[Key] | undefined> : Parser<T[Key]>;
};

/** An object with these fields. Others are left out: a version may have fields that mean nothing to an older one. */
export function record<T>(fields: Fields<T>): Parser<T> {
  const parsers = Object.entries(fields) as [string, Parser<unknown>][];
  return (value, at) => {
    const given = fieldsOf(value, at);
    const found: Record<string, unknown> = {};
    for (const [key, parse] of parsers) {
      const parsed = parse(own(given, key), at === '' ? key : `${at}.${key}`);
      if (parsed !== undefined) found[key] = parsed;
    }
    return found as T;
  };
}

/** One of several records, told apart by a field. */
export function variant<Tag extends string, T extends { readonly [K in Tag]: string }>(
  tag: Tag,
  kinds: { readonly [Kind in T[Tag]]: Parser<Extract<T, { readonly [K in Tag]: Kind }>> },
): Parser<T> {
  const which = word(...(Object.keys(kinds) as T[Tag][]));
  return (value, at) => kinds[which(own(fieldsOf(value, at), tag), `${at}.${tag}`)](value, at) as T;
}

function fieldsOf(value: unknown, at: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Misfit(at, value, 'an object');
}

/** An own field, and not an inherited one such as `constructor`. */
function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'bigint') return `${value}`;
  const json = JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}` : one)) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
