import { visibleLine } from '../../view/text/visible.js';

/**
 * What a template works on. Data are those of JavaScript, in Go's sense: a whole number is an int, an array a slice, an object
 * a struct, a function of an object a method, null a nil pointer. Go's maps are {@link GoMap}; undefined is no value at all.
 */

/** A string that may be written as it is: the template's own, or one that was made of visible parts. Any other string is a container's. */
export class Text {
  constructor(readonly text: string) {}

  toJSON(): string {
    return this.text;
  }
}

/** A floating-point number, which JavaScript would not tell from an int: the constant `1.0`. */
export class Float {
  constructor(readonly number: number) {}

  toJSON(): number {
    return this.number;
  }
}

/** A map of Go, in the order of its keys. Unlike a struct it may lack any key: `{{.Labels.none}}` is `<no value>`, no error. */
export class GoMap extends Map<string, unknown> {
  /** @param missing what `index` gives for a key that is not there: the zero value of the map's type */
  constructor(
    entries: Readonly<Record<string, unknown>>,
    readonly missing: unknown = null,
  ) {
    super(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  toJSON(): object | null {
    return Object.fromEntries(this);
  }
}

/** A map that was never made: it prints as an empty one, and is null in JSON. */
export class NilMap extends GoMap {
  constructor(missing: unknown = null) {
    super({}, missing);
  }

  override toJSON(): null {
    return null;
  }
}

/** A struct with fields that JSON leaves out where they are empty (`omitempty`). For a template they are there. */
export function omittingEmpty<T extends object>(fields: T, ...names: readonly (keyof T)[]): T {
  const toJSON = () => Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isOmitted(name, value)));
  const isOmitted = (name: string, value: unknown) => names.includes(name as keyof T) && !isTrue(value);
  return Object.assign(Object.create({ toJSON }), fields);
}

/** A slice that was never made: it prints as `[]`, and is null in JSON. */
export const NIL_SLICE: readonly never[] = Object.freeze(
  Object.defineProperty([], 'toJSON', { value: () => null, enumerable: false }),
);

export type Method = (...args: unknown[]) => unknown;

export function isString(value: unknown): value is string | Text {
  return typeof value === 'string' || value instanceof Text;
}

export function isInt(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

export function isFloat(value: unknown): value is number | Float {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}

/** An object with fields. */
export function isStruct(value: unknown): value is Readonly<Record<string, unknown>> {
  const isScalar = isString(value) || isFloat(value);
  return typeof value === 'object' && value !== null && !isScalar && !isList(value) && !(value instanceof GoMap);
}

/** Its fields, without methods. */
export function fieldsOf(struct: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(struct).filter(([, value]) => !isMethod(value));
}

/** The characters of a string, as they are. */
export function charactersOf(value: string | Text): string {
  return typeof value === 'string' ? value : value.text;
}

/** The characters of a string, as they can be shown: a container's control characters are written out. */
export function shownString(value: string | Text): string {
  return typeof value === 'string' ? visibleLine(value) : value.text;
}

/** A string changed, and trusted as far as it was before. */
export function mapString(value: string | Text, change: (text: string) => string): string | Text {
  return typeof value === 'string' ? change(value) : new Text(change(value.text));
}

export function floatOf(value: number | Float): number {
  return typeof value === 'number' ? value : value.number;
}

/** Not the zero value of its type: what `if` and `and` ask. A struct always is. */
export function isTrue(value: unknown): boolean {
  if (isString(value)) return charactersOf(value) !== '';
  if (isFloat(value)) return floatOf(value) !== 0;
  if (isList(value)) return value.length > 0;
  if (value instanceof GoMap) return value.size > 0;
  return Boolean(value);
}

/** Go's name of its type, for messages. */
export function typeName(value: unknown): string {
  if (isString(value)) return 'string';
  if (isFloat(value)) return 'float64';
  if (value instanceof GoMap) return `map[string]${elementType([...value.values()])}`;
  if (isList(value)) return `[]${elementType(value)}`;
  if (isInt(value)) return 'int';
  if (isStruct(value)) return 'struct';
  return typeof value === 'boolean' ? 'bool' : '<nil>';
}

function elementType(elements: readonly unknown[]): string {
  const names = new Set(elements.map(typeName));
  const [only = 'string'] = names;
  return names.size > 1 ? 'interface {}' : only;
}
