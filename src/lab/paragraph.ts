import type { MarkdownLine } from './markdown-lines.js';

// Starts of blocks that are not paragraphs: headings, quotes, tables, comments, lists, rules.
const OTHER_BLOCK = /^\s{0,3}(#{1,6}\s|>|\||<!--|[-*+]\s|\d+[.)]\s|---)/;
const CONTAINER = /^\s*:::\s*(\w*)/;
// Chinese and Japanese put no space where a line ends.
const NO_SPACE_BETWEEN =
  /([\p{Script=Han}\u3000-\u303f\uff00-\uffef])\n(?=[\p{Script=Han}\u3000-\u303f\uff00-\uffef])/gu;

/** The first paragraph, joined to one line; code, lists and `:::` containers before it are passed over. Empty if there is none. */
export function firstParagraph(lines: readonly MarkdownLine[]): string {
  const prose = outsideContainers(lines);
  const start = prose.findIndex(isProse);
  if (start === -1) return '';
  const length = prose.slice(start).findIndex((line) => !isProse(line));
  return joinLines(prose.slice(start, length === -1 ? undefined : start + length));
}

/** The first paragraph of the first `::: predict` container, or undefined. */
export function predictQuestion(lines: readonly MarkdownLine[]): string | undefined {
  const start = lines.findIndex((line) => containerName(line) === 'predict');
  if (start === -1) return undefined;
  const inside = lines.slice(start + 1);
  const end = inside.findIndex((line) => containerName(line) === '');
  return firstParagraph(end === -1 ? inside : inside.slice(0, end));
}

function outsideContainers(lines: readonly MarkdownLine[]): MarkdownLine[] {
  let inside = false;
  return lines.filter((line) => {
    const name = containerName(line);
    if (name === undefined) return !inside;
    inside = name !== '';
    return false;
  });
}

/** Undefined: not a line of `:::`; empty: the line that closes a container. */
function containerName(line: MarkdownLine): string | undefined {
  return line.code ? undefined : CONTAINER.exec(line.text)?.[1];
}

function isProse(line: MarkdownLine): boolean {
  return !line.code && line.text.trim() !== '' && !OTHER_BLOCK.test(line.text);
}

function joinLines(lines: readonly MarkdownLine[]): string {
  return lines
    .map((line) => line.text.trim())
    .join('\n')
    .replace(NO_SPACE_BETWEEN, '$1')
    .replaceAll('\n', ' ');
}
