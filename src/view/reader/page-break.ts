import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../text/width.js';

/** A line of its own where the next page of a pager begins. */
export const PAGE_BREAK = '\f';

/** The lines; in place of a page break, and of an empty line behind it, empty ones up to the end of a screen of this size. */
export function breakPages(lines: readonly string[], { rows, columns }: { rows: number; columns: number }): string[] {
  let used = 0;
  return lines.flatMap((line, index) => {
    if (line === '' && isBreak(lines[index - 1])) return [];
    const shown = isBreak(line) ? Array<string>((rows - (used % rows)) % rows).fill('') : [line];
    for (const one of shown) used += rowsOf(one, columns);
    return shown;
  });
}

function isBreak(line: string | undefined): boolean {
  return line?.trimStart() === '' && line.includes(PAGE_BREAK);
}

/** A drawing may be wider than the terminal, which then shows a line in several rows. */
function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns));
}
