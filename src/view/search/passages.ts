import type { Block } from '../../lesson/blocks.js';
import { chaptersOf } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import { withoutMarks } from '../text/markdown.js';
import type { Paragraph, Passage } from './search.js';

/** What is searched of a lesson: its sections, each part as one of its own. Answers, hints and notes are not given away. */
export function passagesOf(lesson: Lesson, id: string): Passage[] {
  const { title, summary, opening, sections } = lesson;
  const head = { line: 1, text: withoutMarks(summary) };
  const first = {
    lesson: id,
    section: '',
    title: withoutMarks(title),
    paragraphs: [head, ...opening.flatMap(textsOf)],
  };
  const parts = chaptersOf(sections).flatMap((chapter) => [chapter, ...chapter.parts]);
  return [first, ...parts.map((part) => ({ lesson: id, section: part.id, ...said(part.section) }))];
}

function said({ title, blocks }: Lesson['sections'][number]): Pick<Passage, 'title' | 'paragraphs'> {
  return { title: withoutMarks(title), paragraphs: blocks.flatMap(textsOf) };
}

function textsOf(block: Block): Paragraph[] {
  switch (block.type) {
    case 'prose':
      return paragraphsOf(block.text, block.line);
    case 'callout':
      return paragraphsOf(block.text, block.line + 1);
    case 'predict':
      return paragraphsOf(block.question, block.line + 1);
    case 'diagram':
      return [{ line: block.line, text: block.title }];
    default:
      return [];
  }
}

/** What blank lines separate, each on one line. */
function paragraphsOf(text: string, line: number): Paragraph[] {
  let at = line;
  return text.split('\n\n').flatMap((part) => {
    const start = at + (/^\n*/.exec(part)?.[0].length ?? 0);
    at += part.split('\n').length + 1;
    const joined = joinLines(part);
    return joined === '' ? [] : [{ line: start, text: joined }];
  });
}

/** Without fences, bars of tables and marks of lists; Chinese has no space where a line ends. */
function joinLines(part: string): string {
  const lines = part.split('\n').filter((line) => !/^\s*(```|\|[\s|:-]*\|$)/.test(line));
  const text = lines.map((line) => line.trim().replaceAll(/\s*\|\s*/g, ' ')).join('\n');
  return withoutMarks(
    text.replaceAll(/(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])/g, '').replaceAll('\n', ' '),
  ).trim();
}
