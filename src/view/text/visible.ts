// Control characters (C0, DEL, C1), the marks that turn the direction of text, those without width (Cf), what breaks lines
// (Zl, Zp), halves of a pair, and fillers that look like nothing: a container that could write them to the student's terminal
// could move its cursor, set its title, forge a line or hide what it printed.
const hidden = () => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the line feed is one
const HARMLESS = /^[\x0a\x20-\x7e]*$/;
const TAB_STOP = 8;

/** The text with such characters written out (`\x1b`), but line feeds; tabs become spaces, as a terminal would show them. */
export function visible(text: string): string {
  if (HARMLESS.test(text)) return text;
  return text.replaceAll('\r\n', '\n').split('\n').map(expandTabs).map(escapeHidden).join('\n');
}

/**
 * What somebody else has chosen, such as the name of a file, in one line and one cell: a line feed and a tab are written out too.
 * Every table and every message goes through here.
 */
export function visibleLine(text: string): string {
  return escapeHidden(text);
}

/** JSON that a terminal shows as it is, with the same meaning: it need not escape DEL, C1 controls and bidi marks, but may. */
export function visibleJson(value: unknown, indent?: number): string {
  const unit = (code: string) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(hidden(), (character) =>
    character === '\n' ? character : character.split('').map(unit).join(''),
  );
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

function escapeHidden(line: string): string {
  return line.replace(hidden(), escapeCharacter);
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t' };

/** A lone surrogate stands for a byte (src/kernel/files/file-names.ts), and is shown as that. */
function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code >= 0xdc80 && code <= 0xdcff) return hexadecimal(code & 0xff);
  return SHORT[character] ?? hexadecimal(code);
}

function hexadecimal(code: number): string {
  const digits = code.toString(16);
  if (digits.length > 4) return `\\u{${digits}}`;
  return digits.length > 2 ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`;
}
