/**
 * JSON with whole numbers of any length. A double holds them up to 2^53 only: of RLIM_INFINITY, 18446744073709551615,
 * JSON.parse makes 2^64, which is 0 in 64 bits. Longer ones are a bigint here; all others are numbers, as usual.
 */

/** A key with its colon, a text, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*/g;
/** A whole number that may be too long for a double. */
const LONG = /^-?\d{16,}$/;

/**
 * Parses a text. Throws SyntaxError. Node gives the source of a number (JSON.parse, `context.source`) only from version 21 on:
 * so long numbers are read as texts that a first letter marks.
 */
export function parseJson(text: string): unknown {
  JSON.parse(text); // Its error tells the place in the text as it is.
  return JSON.parse(text.replace(TOKEN, mark), (_, value) => unmark(value));
}

function mark(token: string, colon?: string): string {
  if (token.startsWith('"')) return colon === undefined ? `"t${token.slice(1)}` : token;
  return LONG.test(token) ? `"n${token}"` : token;
}

function unmark(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const rest = value.slice(1);
  if (value.startsWith('t')) return rest;
  return Number.isSafeInteger(Number(rest)) ? Number(rest) : BigInt(rest);
}

/** A value as JSON, with all digits, in lines for people. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, (_, one) => markValue(one), 2).replace(TOKEN, strip)}\n`;
}

function markValue(value: unknown): unknown {
  if (typeof value === 'bigint') return `n${value}`;
  return typeof value === 'string' ? `t${value}` : value;
}

function strip(token: string, colon?: string): string {
  if (!token.startsWith('"') || colon !== undefined) return token;
  return token.startsWith('"n') ? token.slice(2, -1) : `"${token.slice(2)}`;
}
