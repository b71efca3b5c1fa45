import { stripVTControlCharacters } from 'node:util';

// Wide and fullwidth ranges of Unicode's EastAsianWidth.txt, rounded to blocks; emoji count as wide too.
// In functions, as are others with properties of Unicode: V8 takes 0.1 ms to read one, and few runs of tslab need any.
const wide = () =>
  /^[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|\ufe0f/u;
const noWidth = () => /^[\p{Mark}\p{Format}]/u;
// Each of them is one UTF-16 unit and stands alone: Latin, punctuation, arrows, box drawing, Chinese. Intl.Segmenter is 50 times slower.
const SIMPLE =
  /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u259f\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*$/;
const NARROW = /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u259f\u25b8\u2713\u2717]*$/;
const FIRST_MARK = 0x300;
const SOFT_HYPHEN = '\u00ad';
let segmenter: Intl.Segmenter | undefined;

/** Whether each character takes one column. */
export function isNarrow(text: string): boolean {
  return NARROW.test(text);
}

/** Columns that a terminal needs for the text, which has no control characters. */
export function displayWidth(text: string): number {
  return isNarrow(text) ? text.length : graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** What a reader takes for one character each. */
export function graphemes(text: string): string[] {
  if (SIMPLE.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return [...segmenter.segment(text)].map((part) => part.segment);
}

/** 0, 1 or 2 columns. */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1 && grapheme.charCodeAt(0) < FIRST_MARK && grapheme !== SOFT_HYPHEN) return 1;
  if (noWidth().test(grapheme)) return 0;
  return isWide(grapheme) ? 2 : 1;
}

/** Whether it takes two columns, as Chinese does. */
export function isWide(grapheme: string): boolean {
  return wide().test(grapheme);
}

/** As much of the start of a text as so many columns have room for. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let [start, left] = ['', width];
  for (const grapheme of graphemes(text)) {
    left -= graphemeWidth(grapheme);
    if (left < 0) break;
    start += grapheme;
  }
  return start;
}

/** The text, filled up with spaces to a number of columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** The same for a text with colours and links in it, which take no columns. */
export function padPainted(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(stripVTControlCharacters(text))));
}
