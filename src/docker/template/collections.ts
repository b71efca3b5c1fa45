import { Refused } from './errors.js';
import type { Functions } from './signature.js';
import { charactersOf, GoMap, isInt, isList, isString, mapString, type Text, typeName } from './values.js';

/** `len`, `index` and `slice`. Strings are counted in bytes, as Go counts them. Source: text/template/funcs.go. */
export const COLLECTION_FUNCTIONS: Functions = {
  len: { takes: ['any'], call: lengthOf },
  index: {
    takes: ['any'],
    rest: 'any',
    call: (item: unknown, ...indexes: unknown[]) => indexes.reduce(elementOf, item),
  },
  slice: { takes: ['any'], rest: 'any', call: sliceOf },
};

function lengthOf(item: unknown): number {
  if (isString(item)) return Buffer.byteLength(charactersOf(item));
  if (isList(item)) return item.length;
  if (item instanceof GoMap) return item.size;
  throw new Refused(item === null ? 'len of nil pointer' : `len of type ${typeName(item)}`);
}

function elementOf(item: unknown, index: unknown): unknown {
  if (item instanceof GoMap) return valueAt(item, index);
  if (isList(item)) return item[checkIndex(index, item.length - 1)];
  if (isString(item)) {
    const bytes = Buffer.from(charactersOf(item));
    return bytes[checkIndex(index, bytes.length - 1)];
  }
  if (item === undefined) throw new Refused('index of untyped nil');
  throw new Refused(item === null ? 'index of nil pointer' : `can't index item of type ${typeName(item)}`);
}

function valueAt(map: GoMap, key: unknown): unknown {
  if (key === undefined || key === null) throw new Refused('value is nil; should be of type string');
  if (!isString(key)) throw new Refused(`value has type ${typeName(key)}; should be string`);
  const name = charactersOf(key);
  return map.has(name) ? map.get(name) : map.missing;
}

function sliceOf(item: unknown, ...bounds: unknown[]): unknown {
  if (item === undefined || item === null) throw new Refused('slice of untyped nil');
  if (bounds.length > 3) throw new Refused(`too many slice indexes: ${bounds.length}`);
  if (isString(item)) return sliceOfString(item, bounds);
  if (!isList(item)) throw new Refused(`can't slice item of type ${typeName(item)}`);
  return item.slice(...checkBounds(bounds, item.length));
}

function sliceOfString(item: string | Text, bounds: readonly unknown[]): string | Text {
  if (bounds.length === 3) throw new Refused('cannot 3-index slice a string');
  return mapString(item, (text) => {
    const bytes = Buffer.from(text);
    return bytes.subarray(...checkBounds(bounds, bytes.length)).toString();
  });
}

/** Start and end. A third bound limits what the slice could grow to, and no template can grow one. */
function checkBounds(bounds: readonly unknown[], length: number): [number, number] {
  const [start = 0, end = length, capacity = length] = bounds.map((bound) => checkIndex(bound, length));
  if (start > end) throw new Refused(`invalid slice index: ${start} > ${end}`);
  if (end > capacity) throw new Refused(`invalid slice index: ${end} > ${capacity}`);
  return [start, end];
}

function checkIndex(index: unknown, last: number): number {
  if (index === undefined || index === null) throw new Refused('cannot index slice/array with nil');
  if (!isInt(index)) throw new Refused(`cannot index slice/array with type ${typeName(index)}`);
  if (index < 0 || index > last) throw new Refused(`index out of range: ${index}`);
  return index;
}
