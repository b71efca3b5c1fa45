import { Refused } from './errors.js';
import type { Functions } from './signature.js';
import { charactersOf, floatOf, isFloat, isInt, isString, NIL_SLICE, NilMap } from './values.js';

/** `eq`, which compares the first with any of the others, `ne`, `lt`, `le`, `gt` and `ge`. Source: text/template/funcs.go. */
export const COMPARISONS: Functions = {
  eq: { takes: ['any'], rest: 'any', call: isAnyOf },
  ne: { takes: ['any', 'any'], call: (a: unknown, b: unknown) => !equals(a, b) },
  lt: { takes: ['any', 'any'], call: (a: unknown, b: unknown) => isLess(a, b) },
  le: { takes: ['any', 'any'], call: (a: unknown, b: unknown) => isLess(a, b) || equals(a, b) },
  gt: { takes: ['any', 'any'], call: (a: unknown, b: unknown) => !isLess(a, b) && !equals(a, b) },
  ge: { takes: ['any', 'any'], call: (a: unknown, b: unknown) => !isLess(a, b) },
};

/** What can be compared: an int not with a float, nor with a string. */
type Basic =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: Buffer };

function basicOf(value: unknown): Basic | undefined {
  if (typeof value === 'boolean') return { kind: 'bool', value };
  if (isInt(value)) return { kind: 'int', value };
  if (isFloat(value)) return { kind: 'float', value: floatOf(value) };
  return isString(value) ? { kind: 'string', value: Buffer.from(charactersOf(value)) } : undefined;
}

function isAnyOf(value: unknown, ...others: unknown[]): boolean {
  if (others.length === 0) throw new Refused('missing argument for comparison');
  return others.some((other) => equals(value, other));
}

function equals(a: unknown, b: unknown): boolean {
  const [one, other] = [basicOf(a), basicOf(b)];
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (one?.kind !== other?.kind) throw new Refused('incompatible types for comparison');
  if (!one || !other) throw new Refused('non-comparable type');
  return compare(one, other) === 0;
}

function isNil(value: unknown): boolean {
  return value === undefined || value === null || value === NIL_SLICE || value instanceof NilMap;
}

function isLess(a: unknown, b: unknown): boolean {
  const [one, other] = [basicOf(a), basicOf(b)];
  if (!one || !other) throw new Refused('invalid type for comparison');
  if (one.kind !== other.kind) throw new Refused('incompatible types for comparison');
  if (one.kind === 'bool') throw new Refused('invalid type for comparison');
  return compare(one, other) < 0;
}

/** Of one kind. Strings are compared by their bytes. */
function compare(a: Basic, b: Basic): number {
  if (a.kind === 'string' && b.kind === 'string') return Buffer.compare(a.value, b.value);
  return Number(a.value) - Number(b.value);
}
