import type { MarkdownLine } from './markdown-lines.js';

/** What people read in a minute of a text that explains: words, or Chinese characters. */
const WORDS = 200;
const CHARACTERS = 300;

// V8 takes a millisecond to read such an expression: not where a file is only loaded.
const character = () => /\p{Script=Han}/gu;
const word = () => /[\p{L}\p{N}_][\p{L}\p{N}_'’./-]*/gu;

/** How long a lesson takes: its prose, and a minute for each question, which the lab answers. Code is looked at, not read. */
export function minutesOf(lines: readonly MarkdownLine[]): number {
  const prose = lines.filter(({ code }) => !code).map(({ text }) => text);
  const questions = prose.filter((text) => text.startsWith('::: predict')).length;
  const text = prose.join('\n');
  const characters = text.match(character())?.length ?? 0;
  const words = text.replace(character(), ' ').match(word())?.length ?? 0;
  return Math.max(Math.round(words / WORDS + characters / CHARACTERS + questions), 1);
}
