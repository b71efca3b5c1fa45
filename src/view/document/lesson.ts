import type { Block, Transcript } from '../../lesson/blocks.js';
import type { Chapter, Part } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import type { Item } from '../run/items.js';
import { letter } from '../run/sentences.js';
import type { Words } from '../words/index.js';
import { readCommand } from './links.js';
import { parseInlines, parseMarkdown } from './markdown.js';
import type { Contents, Node, Question, Section, Title } from './nodes.js';

/** What is shown of a lesson. */
export interface Request {
  /** As the reader calls the lesson: `03`. */
  readonly name: string;
  /** Whether questions tell which choice is right, and why. */
  readonly answers: boolean;
  /** In a pager the answer to a question, and all that comes behind it, begins on the next page. */
  readonly overleaf?: boolean;
  /** How many hints of each section are open. */
  readonly hints: number;
  /** Of the lesson's language. */
  readonly words: Words;
  /** Said below the title: why the lesson is not in the language of who reads it. */
  readonly notice?: string;
  /** What a recorded run told; undefined where there is no recording. */
  readonly itemsOf: (transcript: Transcript) => readonly Item[] | undefined;
}

/** A whole lesson: title, contents, what stands before the first section, and all sections. */
export function lessonNodes(lesson: Lesson, id: string, chapters: readonly Chapter[], request: Request): Node[] {
  return [
    titleNode(lesson, id, request),
    contentsNode(chapters, request),
    { type: 'section', nodes: blockNodes(lesson.opening, { lesson: id, section: '' }, request) },
    ...chapters.flatMap((chapter) => chapterNodes(chapter, id, request)),
  ];
}

/** The lesson's title, what it is about, and how long it takes. */
export function titleNode({ title, summary, minutes, meta }: Lesson, id: string, { words, notice }: Request): Title {
  const facts = [summary, words.reader.minutes(minutes), ...(notice === undefined ? [] : [notice])];
  return { type: 'title', id, title, facts, meta };
}

/** The titles of all chapters, each with the id to ask for it by. */
export function contentsNode(chapters: readonly Chapter[], { words, name }: Request): Contents {
  return {
    type: 'contents',
    word: words.reader.contents,
    entries: chapters.map((chapter) => headOf(chapter, chapter.section.level)),
    areIds: chapters.every(({ id, section }) => id === section.title.toLowerCase()),
    how: parseInlines(words.reader.oneSection(`${readCommand(name)} --section ID`)),
  };
}

/** A chapter, and its parts behind it. */
export function chapterNodes(chapter: Chapter, lesson: string, request: Request): Section[] {
  return [chapter, ...chapter.parts].map((part, index) => ({
    type: 'section',
    head: headOf(part, index === 0 ? 2 : 3),
    nodes: blockNodes(part.section.blocks, { lesson, section: part.id }, request),
  }));
}

/** How to go on after a section. */
export function nextNode(id: string, { words, name }: Request): Section {
  return { type: 'section', nodes: parseMarkdown(words.reader.nextSection(readCommand(name, id))) };
}

function headOf({ id, section }: Part, level: number): NonNullable<Section['head']> {
  return { id, level, title: parseInlines(section.title) };
}

/** Where blocks stand: the lesson's id, and the id to ask for the section by. */
interface Place {
  readonly lesson: string;
  readonly section: string;
}

/** Notes are for presenters. */
function blockNodes(blocks: readonly Block[], place: Place, request: Request): Node[] {
  const hints = blocks.filter(({ type }) => type === 'hint').length;
  return blocks.flatMap((block) => blockNode(block, { ...place, hints }, request));
}

function blockNode(block: Block, place: Place & { hints: number }, request: Request): Node[] {
  switch (block.type) {
    case 'prose':
      return parseMarkdown(block.text);
    case 'predict':
      return questionNodes(block, place, request);
    case 'hint':
      return hintNodes(block, place, request);
    case 'callout':
      return [{ ...block, word: request.words.reader[block.kind], nodes: parseMarkdown(block.text) }];
    case 'diagram':
      return [block];
    case 'transcript':
      return transcriptNodes(block, place, request);
    case 'notes':
      return [];
  }
}

type Of<Type extends Block['type']> = Extract<Block, { type: Type }>;

function questionNodes(predict: Of<'predict'>, place: Place, request: Request): Node[] {
  const question = questionNode(predict, place, request);
  if (request.answers || !request.overleaf) return [question];
  const answer = parseMarkdown(request.words.reader.answerOverleaf);
  return [{ ...question, answer }, { type: 'page-break' }, answerNode(predict, request)];
}

/** On a page of its own: with the choice that is right, since the question is out of sight. */
function answerNode({ choices, why }: Of<'predict'>, { words: { reader, colon } }: Request): Node {
  const right = choices.findIndex((choice) => choice.right);
  const nodes = parseMarkdown(`${choices[right]?.text}\n\n${why}`);
  return { type: 'callout', kind: 'note', word: `${reader.answer}${colon}${letter(right)}`, nodes };
}

function questionNode({ question, choices, why }: Of<'predict'>, { section }: Place, request: Request): Question {
  const { answers, name } = request;
  const { reader, colon } = request.words;
  const right = letter(choices.findIndex((choice) => choice.right));
  const answer = answers
    ? `**${reader.answer}${colon}${right}.** ${why}`
    : reader.answerWithheld(`${readCommand(name, section)} --answers`);
  return {
    type: 'question',
    word: reader.predict,
    nodes: parseMarkdown(question),
    choices: choices.map((choice, index) => {
      return { letter: letter(index), nodes: parseMarkdown(choice.text), isRight: answers && choice.right };
    }),
    answer: parseMarkdown(answer),
  };
}

/** An open hint; of the others only the first says that they are there, and how to open it. */
function hintNodes({ stage, text }: Of<'hint'>, place: Place & { hints: number }, request: Request): Node[] {
  const { name, hints, words } = request;
  if (stage <= hints)
    return [{ type: 'callout', kind: 'hint', word: words.reader.hint(stage), nodes: parseMarkdown(text) }];
  if (stage > hints + 1) return [];
  const command = `${readCommand(name, place.section)} --hints ${stage}`;
  const withheld = words.reader.hintsWithheld(place.hints - hints, command);
  return [{ type: 'callout', kind: 'hint', nodes: parseMarkdown(withheld) }];
}

/** What a recorded run told in the step; else how to see it. */
function transcriptNodes(transcript: Transcript, { lesson }: Place, { words, itemsOf }: Request): Node[] {
  const { step, skip } = transcript;
  const command = `tslab ${lesson}${skip === undefined ? '' : ` --skip ${skip}`}`;
  const items = itemsOf(transcript);
  if (items === undefined) return parseMarkdown(words.reader.notRecorded(command));
  return [{ type: 'transcript', caption: words.reader.recorded(command, step), items }];
}

/** Of all items of a run those that a step told; its own header is left out, which the section is. */
export function itemsOfStep(items: readonly Item[], step: string): Item[] {
  const start = items.findIndex((item) => item.type === 'step' && item.id === step);
  if (start === -1) return [];
  const rest = items.slice(start + 1);
  const end = rest.findIndex((item) => item.type === 'step' || item.type === 'end' || item.type === 'over');
  return end === -1 ? rest : rest.slice(0, end);
}
