// Wide and fullwidth ranges of Unicode's EastAsianWidth.txt, rounded to blocks; emoji count as wide too.
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|\ufe0f/u;
const NO_WIDTH = /^[\p{Mark}\p{Format}]/u;
const ASCII = /^[\x20-\x7e]*$/;
let segmenter: Intl.Segmenter | undefined;

/** Columns that a terminal needs for the text, which has no control characters. */
export function displayWidth(text: string): number {
  return ASCII.test(text) ? text.length : graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/** What a reader takes for one character each. */
export function graphemes(text: string): string[] {
  if (ASCII.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter();
  return [...segmenter.segment(text)].map((part) => part.segment);
}

/** 0, 1 or 2 columns. */
export function graphemeWidth(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0;
  return isWide(grapheme) ? 2 : 1;
}

/** Whether it takes two columns, as Chinese does. */
export function isWide(grapheme: string): boolean {
  return WIDE.test(grapheme);
}

/** The text, filled up with spaces to a number of columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
