import { visibleLine } from '../../view/text/visible.js';

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** A constant of Go that means this text, as %q prints it: it can be shown as it is. */
export function quoted(text: string, quote: '"' | "'"): string {
  const shown = (character: string) => (character === quote ? `\\${quote}` : (SHORT[character] ?? escaped(character)));
  return `${quote}${[...text].map(shown).join('')}${quote}`;
}

function escaped(character: string): string {
  const isPrinted = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character);
  if (isPrinted && visibleLine(character) === character) return character;
  const code = character.codePointAt(0) as number;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
