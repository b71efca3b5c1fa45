/** What a field of config.json may hold, in the words of the specification: `uint64`, a text, an object of such fields. */
import { integer, list, Misfit, matching, orNull, type Parser, record } from '../kernel/parser.js';

/** A whole number of 64 bits: a bigint where a double would lose digits. */
export type Wide = number | bigint;

export const int32 = integer(-(2 ** 31), 2 ** 31 - 1);
export const uint16 = integer(0, 2 ** 16 - 1);
export const uint32 = integer(0, 2 ** 32 - 1);
export const int64 = wide(-(2n ** 63n), 2n ** 63n - 1n);
export const uint64 = wide(0n, 2n ** 64n - 1n);

function wide(least: bigint, most: bigint): Parser<Wide> {
  return (value, at) => {
    const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value);
    if (isWhole && (value as Wide) >= least && (value as Wide) <= most) return value as Wide;
    throw new Misfit(at, value, `a whole number from ${least} to ${most}`);
  };
}

/** All texts of a config.json become C strings, which end at a NUL. */
export const string = matching(/^[^\0]*$/, 'a text without NUL');
export const strings = list(string);

/** The type that a parser returns: so a table of fields is a type as well. */
export type Parsed<P> = P extends Parser<infer T> ? (T extends (infer Item)[] ? readonly Item[] : T) : never;

type Table = Readonly<Record<string, Parser<unknown>>>;
type Flat<T> = { readonly [K in keyof T]: T[K] };

/**
 * An object with required and optional fields. Others are left out (config.md, "Extensibility"); null counts as
 * missing, as for Go, which writes most such files.
 */
export function object<Required extends Table, Optional extends Table>(required: Required, optional: Optional) {
  type Fields = { [K in keyof Required]: Parsed<Required[K]> } & { [K in keyof Optional]?: Parsed<Optional[K]> };
  // A start reads no such object, and there are many: each is put together when it is first read.
  let known: Parser<unknown> | undefined;
  const parse: Parser<unknown> = (value, at) => {
    known ??= record({ ...required, ...orNulls(optional) });
    return known(value, at);
  };
  return parse as Parser<Flat<Fields>>;
}

function orNulls(optional: Table): Table {
  return Object.fromEntries(Object.entries(optional).map(([key, parser]) => [key, orNull(parser)]));
}
