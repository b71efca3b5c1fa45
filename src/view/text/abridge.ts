/** The ends of something long, and how many of its lines stand between them. */
export interface Abridged<T> {
  readonly first: readonly T[];
  /** 0: nothing is hidden, and all lines are among the first. */
  readonly hidden: number;
  readonly last: readonly T[];
}

const FIRST = 8;
const LAST = 4;

/** All lines where there are not more than `longest`, else the first eight and the last four. */
export function abridge<T>(lines: readonly T[], longest: number): Abridged<T> {
  if (lines.length <= longest) return { first: lines, hidden: 0, last: [] };
  return { first: lines.slice(0, FIRST), hidden: lines.length - FIRST - LAST, last: lines.slice(-LAST) };
}

/** The lines of a text, the line feed at its end left out; a line that says how many are left out where it is long. */
export function abridgeText(text: string, longest: number, say: (hidden: number) => string): string[] {
  const { first, hidden, last } = abridge(text.replace(/\n$/, '').split('\n'), longest);
  return hidden === 0 ? [...first] : [...first, say(hidden), ...last];
}
