/** A section as it is searched. */
export interface Passage {
  readonly lesson: string;
  /** Empty for what stands before the first section. */
  readonly section: string;
  readonly title: string;
  readonly paragraphs: readonly Paragraph[];
}

/** Text without marks; `line` is its first in the file, from 1. */
export interface Paragraph {
  readonly line: number;
  readonly text: string;
}

/** A section that says what was asked for, with the paragraph that says most of it, and where in there. */
export interface Hit extends Passage {
  readonly paragraph: Paragraph;
  readonly at: number;
  readonly length: number;
}

/** The sections that say all of the words, those with a title that says them first, then those that say them most often. */
export function search(passages: readonly Passage[], query: string): Hit[] {
  const words = wordsOf(passages, query);
  if (words.length === 0) return [];
  const found = passages
    .filter((passage) => words.every((word) => says(passage, word)))
    .map((passage) => ({ hit: hitOf(passage, words), weight: weightOf(passage, words) }));
  return found.sort((one, other) => other.weight - one.weight).map(({ hit }) => hit);
}

const HAN = /^\p{Script=Han}{3,}$/u;

/** Chinese has no spaces: what nobody says as a whole is taken for words of two characters each, which overlap. */
function wordsOf(passages: readonly Passage[], query: string): string[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.flatMap((word) => {
    if (!HAN.test(word) || passages.some((passage) => says(passage, word))) return [word];
    return Array.from({ length: word.length - 1 }, (_, start) => word.slice(start, start + 2));
  });
}

function says({ title, paragraphs }: Passage, word: string): boolean {
  return title.toLowerCase().includes(word) || paragraphs.some(({ text }) => text.toLowerCase().includes(word));
}

/** A title counts as much as it takes to come first. */
function weightOf({ title, paragraphs }: Passage, words: readonly string[]): number {
  const inTitle = words.filter((word) => title.toLowerCase().includes(word)).length;
  const times = paragraphs.reduce((sum, { text }) => sum + words.reduce((all, word) => all + count(text, word), 0), 0);
  return inTitle * 1000 + times;
}

function count(text: string, word: string): number {
  return text.toLowerCase().split(word).length - 1;
}

function hitOf(passage: Passage, words: readonly string[]): Hit {
  const said = passage.paragraphs.map(({ text }) => words.filter((word) => text.toLowerCase().includes(word)));
  const most = Math.max(0, ...said.map(({ length }) => length));
  const best = said.findIndex(({ length }) => length === most && length > 0);
  const paragraph = passage.paragraphs[Math.max(best, 0)] ?? { line: 1, text: '' };
  const [word = ''] = said[best] ?? [];
  return { ...passage, paragraph, at: paragraph.text.toLowerCase().indexOf(word), length: word.length };
}

/** Characters around what was found. */
const AROUND = 70;

/** What was found, with some of the text before and after it. */
export function excerptOf({ paragraph: { text }, at, length }: Hit): { before: string; found: string; after: string } {
  const start = at <= AROUND ? 0 : text.indexOf(' ', at - AROUND) + 1 || at - AROUND;
  const from = Math.min(start, at);
  const rest = text.indexOf(' ', at + length + AROUND);
  const end = rest === -1 ? text.length : Math.min(rest, at + length + AROUND + 20);
  return {
    before: `${from > 0 ? '… ' : ''}${text.slice(from, at)}`,
    found: text.slice(at, at + length),
    after: `${text.slice(at + length, end)}${end < text.length ? ' …' : ''}`,
  };
}
