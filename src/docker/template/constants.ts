import { Float } from './values.js';

/** A number as Go reads it: `12`, `0x1F`, `0b11`, `1_000`, `1.5e3`. With a point or an exponent it is a float. Throws Error. */
export function parseNumber(text: string): number | Float {
  const digits = text
    .replaceAll('_', '')
    .replace(/^[+-]/, '')
    .replace(/^0(?=\d+$)/, '0o');
  const value = Number(digits) * (text.startsWith('-') ? -1 : 1);
  if (digits === '' || Number.isNaN(value) || /__|_\b/.test(text))
    throw new Error(`bad number syntax: ${JSON.stringify(text)}`);
  if (/^[\d.]*[.eE]/.test(digits)) return new Float(value);
  if (!Number.isSafeInteger(value)) throw new Error(`integer overflow: ${JSON.stringify(text)}`);
  return value;
}

/** `'a'`: the number of the character. Throws Error. */
export function parseCharacter(text: string): number {
  const [character = '', ...more] = unescaped(text.slice(1, -1), "'");
  if (character === '' || more.length > 0) throw new Error(`malformed character constant: ${text}`);
  return character.codePointAt(0) as number;
}

/** `"a\n"`. Throws Error for an escape that Go does not have. */
export function parseQuoted(text: string): string {
  return unescaped(text.slice(1, -1), '"');
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const ESCAPED = /\\(?:([0-3][0-7]{2})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gsu;

function unescaped(text: string, quote: string): string {
  return text.replace(ESCAPED, (all, octal, byte, short, long, single) => {
    if (single === undefined)
      return characterOf(octal ? Number.parseInt(octal, 8) : Number.parseInt(byte ?? short ?? long, 16));
    const character = single === quote ? quote : ESCAPES[single];
    if (character === undefined) throw new Error(`invalid syntax: ${all}`);
    return character;
  });
}

const LAST_CHARACTER = 0x10ffff;

function characterOf(code: number): string {
  if (code > LAST_CHARACTER) throw new Error('invalid syntax: no such character');
  return String.fromCodePoint(code);
}
