import type { MarkdownLine } from './markdown-lines.js';

// Starts of blocks that are not paragraphs: headings, quotes, tables, comments, lists, rules.
const OTHER_BLOCK = /^\s{0,3}(#{1,6}\s|>|\||<!--|[-*+]\s|\d+[.)]\s|---)/;
const CONTAINER = /^\s*:::\s*(\w*)/;
const CJK = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;
const NO_SPACE_BETWEEN = new RegExp(`(${CJK.source})\\n(?=${CJK.source})`, 'gu');

/** What stands for the end of a line between two texts: Chinese and Japanese put no space there. */
export function spaceBetween(before = '', after = ''): '' | ' ' {
  return CJK.test(before.at(-1) ?? '') && CJK.test(after.at(0) ?? '') ? '' : ' ';
}

/** The first paragraph, joined to one line; code, lists and `:::` containers before it are passed over. Empty if there is none. */
export function firstParagraph(lines: readonly MarkdownLine[]): string {
  const prose = outsideContainers(lines);
  const start = prose.findIndex(isProse);
  if (start === -1) return '';
  const length = prose.slice(start).findIndex((line) => !isProse(line));
  return joinLines(prose.slice(start, length === -1 ? undefined : start + length));
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

/** One line of several, as prose is read. */
export function joinLines(lines: readonly Pick<MarkdownLine, 'text'>[]): string {
  return lines
    .map((line) => line.text.trim())
    .join('\n')
    .replace(NO_SPACE_BETWEEN, '$1')
    .replaceAll('\n', ' ');
}
