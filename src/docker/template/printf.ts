import { visibleLine } from '../../view/text/visible.js';
import { longExponent, showFloat, showValue } from './print.js';
import { quoted } from './quote.js';
import {
  charactersOf,
  fieldsOf,
  floatOf,
  GoMap,
  isFloat,
  isInt,
  isList,
  isString,
  isStruct,
  shownString,
  type Text,
  typeName,
} from './values.js';

/** What stands between `%` and the verb. */
interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly precision: number | undefined;
}

const DIRECTIVE = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?(.)?/gsu;

/** Beyond that Go refuses a width too. */
const WIDEST = 1_000_000;

/** Go's Printf. What does not fit together is told in the text: `%!d(string=x)`. Source: fmt/doc.go. */
export function printf(format: string | Text, values: readonly unknown[]): string {
  const left = [...values];
  const replace = (_: string, signs: string, width?: string, precision?: string, verb?: string) => {
    const [wide, exact] = [numberOf(width, left, 'WIDTH'), numberOf(precision, left, 'PREC')];
    return wide.trouble + exact.trouble + directive(verb, left, flagsOf(signs, wide.number, exact.number));
  };
  return shownString(format).replace(DIRECTIVE, replace) + extra(left);
}

function flagsOf(signs: string, width = 0, precision: number | undefined): Flags {
  const minus = signs.includes('-') || width < 0;
  return {
    minus,
    plus: signs.includes('+'),
    sharp: signs.includes('#'),
    space: signs.includes(' '),
    zero: signs.includes('0') && !minus,
    width: Math.abs(width),
    precision,
  };
}

/** A width or a precision, which `*` takes from the values. Undefined: none is given, or not one that can be used. */
function numberOf(text: string | undefined, left: unknown[], what: string): { number?: number; trouble: string } {
  if (text === undefined) return { trouble: '' };
  const number = text === '*' ? left.shift() : Number(text);
  return isInt(number) && Math.abs(number) <= WIDEST ? { number, trouble: '' } : { trouble: `%!(BAD${what})` };
}

function extra(left: readonly unknown[]): string {
  if (left.length === 0) return '';
  const told = left.map((value) => (isNothing(value) ? '<nil>' : `${typeName(value)}=${showValue(value)}`));
  return `%!(EXTRA ${told.join(', ')})`;
}

function directive(verb: string | undefined, left: unknown[], flags: Flags): string {
  if (verb === undefined) return '%!(NOVERB)';
  if (verb === '%') return '%';
  if (left.length === 0) return `%!${verb}(MISSING)`;
  const value = left.shift();
  if (verb === 'T') return padded(isNothing(value) ? '<nil>' : typeName(value), flags);
  return formatted(verb, value, flags);
}

function formatted(verb: string, value: unknown, flags: Flags): string {
  if (isNothing(value)) return verb === 'v' ? padded('<nil>', flags) : `%!${verb}(<nil>)`;
  const each = (one: unknown) => formatted(verb, one, flags);
  if (isList(value)) return `[${value.map(each).join(' ')}]`;
  if (value instanceof GoMap) return `map[${[...value].map((pair) => pair.map(each).join(':')).join(' ')}]`;
  if (isStruct(value)) return `{${struct(value, each, flags.plus).join(' ')}}`;
  // %+v has names of fields, and no signs.
  const own = verb === 'v' ? { ...flags, plus: false } : flags;
  return basic(verb, value, own) ?? `%!${verb}(${typeName(value)}=${basic('v', value, flags)})`;
}

function struct(value: Readonly<Record<string, unknown>>, each: (one: unknown) => string, named: boolean): string[] {
  return fieldsOf(value).map(([name, field]) => (named ? `${name}:` : '') + each(field));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Undefined: the verb is not for this type. */
function basic(verb: string, value: unknown, flags: Flags): string | undefined {
  if (isString(value)) return string(verb, value, flags);
  if (isInt(value)) return integer(verb, value, flags);
  if (isFloat(value)) return float(verb, floatOf(value), flags);
  return verb === 't' || verb === 'v' ? padded(String(value), flags) : undefined;
}

function string(verb: string, value: string | Text, flags: Flags): string | undefined {
  const characters = charactersOf(value);
  const cut = (text: string) => [...text].slice(0, flags.precision).join('');
  if (verb === 'q' || (verb === 'v' && flags.sharp)) return padded(quoted(cut(characters), '"'), flags);
  if (verb === 's' || verb === 'v') return padded(cut(shownString(value)), flags);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const digits = Buffer.from(characters).subarray(0, flags.precision).toString('hex');
  return padded(cased(verb, (flags.sharp && digits ? '0x' : '') + digits), flags);
}

const BASES: Readonly<Record<string, readonly [number, string]>> = {
  d: [10, ''],
  v: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0x'],
};

function integer(verb: string, value: number, flags: Flags): string | undefined {
  if (verb === 'c' || verb === 'q' || verb === 'U') return character(verb, value, flags);
  if (!Object.hasOwn(BASES, verb)) return undefined;
  const [base, mark] = BASES[verb] as readonly [number, string];
  const digits = BigInt(Math.abs(value))
    .toString(base)
    .padStart(flags.precision ?? 1, '0');
  const prefix = flags.sharp || verb === 'O' ? mark : '';
  return padded(cased(verb, signed(value, prefix + digits, flags)), {
    ...flags,
    zero: flags.zero && flags.precision === undefined,
  });
}

function character(verb: string, value: number, flags: Flags): string {
  const isCharacter = value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
  const text = isCharacter ? String.fromCodePoint(value) : '\ufffd';
  const shown = verb === 'c' ? visibleLine(text) : quoted(text, "'");
  return padded(verb === 'U' ? codePoint(value) : shown, { ...flags, zero: false });
}

function codePoint(value: number): string {
  return `U+${Math.abs(value).toString(16).toUpperCase().padStart(4, '0')}`;
}

const DEFAULT_PRECISION = 6;
const MOST_DIGITS = 100;

function float(verb: string, value: number, flags: Flags): string | undefined {
  const digits = Math.min(flags.precision ?? DEFAULT_PRECISION, MOST_DIGITS);
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return padded(showValue(value), { ...flags, zero: false });
  if (verb === 'f' || verb === 'F') return padded(signed(value, fixed(size, digits), flags), flags);
  if (verb === 'e' || verb === 'E') return padded(cased(verb, signed(value, exponential(size, digits), flags)), flags);
  if (verb !== 'v' && verb !== 'g' && verb !== 'G') return undefined;
  const text = flags.precision === undefined ? showFloat(size) : general(size, Math.max(flags.precision, 1));
  return padded(cased(verb, signed(value, text, flags)), flags);
}

/** toFixed() has an exponent from 1e21 on; such a number has no fraction. */
function fixed(size: number, digits: number): string {
  if (size < 1e21) return size.toFixed(digits);
  return `${BigInt(size)}${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`;
}

function exponential(size: number, digits: number): string {
  const [mantissa, exponent = '0'] = size.toExponential(digits).split('e');
  return `${mantissa}e${longExponent(exponent)}`;
}

/** %g with a number of digits: no zeros at the end, an exponent where that number is too small for the places before the point. */
function general(size: number, digits: number): string {
  const precise = Math.min(digits, MOST_DIGITS);
  const [mantissa = '', exponent = '0'] = size.toExponential(precise - 1).split('e');
  const isPlain = Number(exponent) >= -4 && Number(exponent) < precise;
  const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (!isPlain) return `${trim(mantissa)}e${longExponent(exponent)}`;
  return trim(size.toFixed(Math.min(Math.max(0, precise - 1 - Number(exponent)), MOST_DIGITS)));
}

function signed(value: number, text: string, { plus, space }: Flags): string {
  if (value < 0 || Object.is(value, -0)) return `-${text}`;
  return plus ? `+${text}` : space ? ` ${text}` : text;
}

function cased(verb: string, text: string): string {
  return verb === 'X' || verb === 'E' || verb === 'G' ? text.toUpperCase() : text;
}

/** To the width, in characters. Zeros go behind the sign. */
function padded(text: string, { width, minus, zero }: Flags): string {
  const missing = Math.max(0, width - [...text].length);
  if (minus) return text + ' '.repeat(missing);
  if (!zero) return ' '.repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}
