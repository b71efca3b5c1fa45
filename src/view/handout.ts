import type { Handout, HandoutQuestion } from '../lesson/handout.js';
import { type MarkdownLine, markdownLines } from '../lesson/markdown-lines.js';
import { joinLines } from '../lesson/paragraph.js';
import { letter } from './run/sentences.js';
import { wrap } from './text/wrap.js';
import type { Words } from './words/index.js';

/** What a sheet of A4 or Letter takes in the twelve points of a printer. */
const COLUMNS = 76;
const LINE = '_'.repeat(24);

/** A sheet in Markdown that can be read, and printed, as it is. */
export function renderHandout({ title, questions, exercises }: Handout, id: string, words: Words): string {
  const { handout, reader, colon } = words;
  const asked = questions.length > 0 ? [`## ${reader.predict}`] : [];
  const tried = exercises.parts.length > 0 ? [`## ${exercises.title}`] : [];
  const paragraphs = [
    `# ${id}${colon}${title}`,
    `${handout.name}${colon}${LINE}  ${handout.date}${colon}${LINE}`,
    ...asked,
    ...questions.flatMap((question, index) => questionLines(question, index, words)),
    ...tried,
    ...exercises.parts.flatMap(({ title, text }) => [`### ${title}`, fold(text)]),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function questionLines({ step, question, choices }: HandoutQuestion, index: number, words: Words): string[] {
  const choiceLines = choices.flatMap((text, at) => wrap([{ text: `- [ ] ${letter(at)}) ${text}` }], COLUMNS, 6));
  return [
    `### ${index + 1}.${step === null ? '' : ` \`${step}\``}`,
    fold(question),
    choiceLines.join('\n'),
    `${words.handout.because}${words.colon}${'_'.repeat(48)}`,
  ];
}

const ITEM = /^\s*(?:[-*]|\d+[.)])\s+/;

/** Markdown in lines that fit the sheet; code and tables stay as they are. */
function fold(markdown: string): string {
  return paragraphsOf(markdownLines(markdown))
    .flatMap((lines) => {
      const [first] = lines;
      if (!first || isFixed(first)) return lines.map(({ text }) => text);
      return wrap([{ text: joinLines(lines) }], COLUMNS, ITEM.exec(first.text)?.[0].length ?? 0);
    })
    .join('\n');
}

/** Lines that are read as one, and each of the others alone. */
function paragraphsOf(lines: readonly MarkdownLine[]): MarkdownLine[][] {
  const paragraphs: MarkdownLine[][] = [];
  for (const line of lines) {
    const last = paragraphs.at(-1)?.[0];
    const goesOn = last && !isFixed(last) && !isFixed(line) && !ITEM.test(line.text);
    if (goesOn) paragraphs.at(-1)?.push(line);
    else paragraphs.push([line]);
  }
  return paragraphs;
}

function isFixed({ code, text }: MarkdownLine): boolean {
  return code || text.trim() === '' || text.startsWith('|');
}
