// Control characters (C0, DEL, C1), the marks that turn the direction of text, and those without width: a container
// that could write them to the student's terminal could move its cursor, set its title or hide what it printed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the line feed is one
const HARMLESS = /^[\x0a\x20-\x7e]*$/;
const TAB_STOP = 8;

/** The text with control characters written out (`\x1b`), but line feeds; tabs become spaces, as a terminal would show them. */
export function visible(text: string): string {
  if (HARMLESS.test(text)) return text;
  return text.replaceAll('\r\n', '\n').split('\n').map(expandTabs).join('\n').replace(CONTROLS, escapeCharacter);
}

/** An event, or any data, with all its strings made visible; the same object where they are. */
export function visibleAll<T>(value: T): T {
  if (isHarmless(value)) return value;
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleAll) as T;
  return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, visibleAll(part)])) as T;
}

function isHarmless(value: unknown): boolean {
  if (typeof value === 'string') return HARMLESS.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isHarmless);
}

function expandTabs(line: string): string {
  const [first = '', ...rest] = line.split('\t');
  return rest.reduce((text, part) => text.padEnd(text.length + TAB_STOP - (text.length % TAB_STOP)) + part, first);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}
