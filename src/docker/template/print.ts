import { fieldsOf, floatOf, GoMap, isFloat, isInt, isList, isString, isStruct, shownString } from './values.js';

/** A value as Go prints it with %v: `[a b]`, `map[a:1 b:2]`, `{running true}`. */
export function showValue(value: unknown): string {
  if (isString(value)) return shownString(value);
  if (isInt(value)) return showInt(value);
  if (isFloat(value)) return showFloat(floatOf(value));
  if (isList(value)) return `[${value.map(showValue).join(' ')}]`;
  if (value instanceof GoMap) return `map[${[...value].map((pair) => pair.map(showValue).join(':')).join(' ')}]`;
  if (isStruct(value))
    return `{${fieldsOf(value)
      .map(([, field]) => showValue(field))
      .join(' ')}}`;
  return value === undefined || value === null ? '<nil>' : String(value);
}

/** Its digits: JavaScript writes large ones with an exponent. */
export function showInt(value: number): string {
  return BigInt(value).toString();
}

const LARGEST_PLAIN = 6;
const SMALLEST_PLAIN = -4;

/** The shortest digits that mean this number, with an exponent of at least two digits from a million on, and below 0.0001. */
export function showFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const isPlain = Number(exponent) < LARGEST_PLAIN && Number(exponent) >= SMALLEST_PLAIN;
  if (!isPlain) return `${digits}e${longExponent(exponent)}`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** `5` as `+05` */
export function longExponent(exponent: string): string {
  const digits = exponent.replace(/^[+-]/, '');
  return `${exponent.startsWith('-') ? '-' : '+'}${digits.padStart(2, '0')}`;
}

/** Blanks stand only between two values neither of which is a string. */
export function print(values: readonly unknown[]): string {
  return values.reduce<string>((text, value, i) => {
    const gap = i > 0 && !isString(value) && !isString(values[i - 1]) ? ' ' : '';
    return `${text}${gap}${showValue(value)}`;
  }, '');
}

/** A blank between any two, and a line feed. */
export function println(values: readonly unknown[]): string {
  return `${values.map((value) => showValue(value)).join(' ')}\n`;
}
