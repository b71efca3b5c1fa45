import type { Block } from '../../lab/blocks.js';
import type { Lesson } from '../../lab/lesson.js';
import { plainLines } from '../plain.js';
import type { Chapter } from './chapters.js';
import { readCommand } from './links.js';
import { parseInlines } from './markdown.js';
import { type Request, stack } from './page.js';
import { sayInlines, sayMarkdown } from './plain-prose.js';
import { letterOf } from './predict.js';
import { labCommand } from './transcript.js';

type Sayers = {
  [Type in Block['type']]: (block: Extract<Block, { type: Type }>, section: Section, request: Request) => string[];
};

/** Where a block stands. */
interface Section {
  readonly lesson: string;
  readonly id: string;
  readonly hints: number;
}

const SAYERS: Sayers = {
  prose: ({ text }, _, { wording }) => sayMarkdown(text, wording),
  predict: sayPredict,
  hint: sayHint,
  notes: () => [],
  callout: ({ kind, text }, _, { wording }) => [wording[kind] + wording.colon, ...sayMarkdown(text, wording)],
  diagram: ({ title }, _, { wording }) => [`${wording.diagram}${wording.colon}${title}. ${wording.notDrawn()}`],
  transcript: sayTranscript,
};

/** The whole lesson as linear text, for screen readers and logs. */
export function sayLesson(lesson: Lesson, id: string, chapters: readonly Chapter[], request: Request): string[] {
  return stack([
    [`${id}: ${lesson.title}.`, lesson.summary, request.wording.minutes(lesson.minutes)],
    sayContents(chapters, request),
    sayBlocks(lesson.opening, { lesson: id, id: '' }, request),
    ...chapters.map((chapter) => sayChapter(chapter, id, request)),
  ]);
}

/** Each chapter on a line, with the id to ask for it by. */
export function sayContents(chapters: readonly Chapter[], { wording, name }: Request): string[] {
  const entries = chapters.map(({ id, section }) => `${sayTitle(section.title)} (${id})`);
  return [
    wording.contents + wording.colon,
    ...entries,
    ...sayMarkdown(wording.oneSection(`${readCommand(name)} --section ID`), wording),
  ];
}

/** How to go on after a section. */
export function sayNext(id: string, { wording, name }: Request): string {
  return sayMarkdown(wording.nextSection(readCommand(name, id)), wording).join(' ');
}

/** A chapter with its parts. */
export function sayChapter({ id, section, parts }: Chapter, lesson: string, request: Request): string[] {
  const all = [{ id, section }, ...parts];
  return stack(
    all.map((part) => [
      `${request.wording.section}${request.wording.colon}${sayTitle(part.section.title)} (${part.id})`,
      ...sayBlocks(part.section.blocks, { lesson, id: part.id }, request),
    ]),
  );
}

function sayTitle(title: string): string {
  return sayInlines(parseInlines(title));
}

function sayBlocks(blocks: readonly Block[], place: Omit<Section, 'hints'>, request: Request): string[] {
  const hints = blocks.filter(({ type }) => type === 'hint').length;
  return blocks.flatMap((block) => sayBlock(block, { ...place, hints }, request));
}

function sayBlock<Type extends Block['type']>(
  block: Extract<Block, { type: Type }>,
  section: Section,
  request: Request,
) {
  const say: (block: Extract<Block, { type: Type }>, section: Section, request: Request) => string[] =
    SAYERS[block.type];
  return say(block, section, request);
}

function sayPredict(predict: Extract<Block, { type: 'predict' }>, { id }: Section, request: Request): string[] {
  const { wording, name, answers } = request;
  const choices = predict.choices.map(
    ({ text }, index) => `${letterOf(index)}) ${sayMarkdown(text, wording).join(' ')}`,
  );
  const right = letterOf(predict.choices.findIndex((choice) => choice.right));
  const answer = answers
    ? [`${wording.answer}${wording.colon}${right}.`, ...sayMarkdown(predict.why, wording)]
    : sayMarkdown(wording.answerWithheld(`${readCommand(name, id)} --answers`), wording);
  return [wording.predict, ...sayMarkdown(predict.question, wording), ...choices, ...answer];
}

function sayHint(
  hint: Extract<Block, { type: 'hint' }>,
  section: Section,
  { wording, name, hints }: Request,
): string[] {
  if (hint.stage <= hints) return [wording.hint(hint.stage) + wording.colon, ...sayMarkdown(hint.text, wording)];
  if (hint.stage > hints + 1) return [];
  const command = `${readCommand(name, section.id)} --hints ${hint.stage}`;
  return sayMarkdown(wording.hintsWithheld(section.hints - hint.stage + 1, command), wording);
}

function sayTranscript(
  transcript: Extract<Block, { type: 'transcript' }>,
  { lesson }: Section,
  request: Request,
): string[] {
  const { wording, itemsOf } = request;
  const command = labCommand(lesson, transcript);
  const items = itemsOf(transcript);
  if (items === undefined) return sayMarkdown(wording.notRecorded(command), wording);
  return [wording.recorded(command, transcript.step), ...items.flatMap((item) => plainLines(item, wording.run))];
}
