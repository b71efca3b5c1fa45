import type { Block } from '../../lesson/blocks.js';
import { plainLines } from '../plain.js';
import { readCommand } from './links.js';
import type { Request } from './page.js';
import { sayMarkdown } from './plain-prose.js';
import { letterOf } from './predict.js';
import { labCommand } from './transcript.js';

/** Where blocks stand: the lesson's id, and the id to ask for the section by. */
export interface Place {
  readonly lesson: string;
  readonly id: string;
}

interface Section extends Place {
  readonly hints: number;
}

type Of<Type extends Block['type']> = Extract<Block, { type: Type }>;
type Sayers = { [Type in Block['type']]: (block: Of<Type>, section: Section, request: Request) => string[] };

const SAYERS: Sayers = {
  prose: ({ text }, _, request) => sayMarkdown(text, request),
  predict: sayPredict,
  hint: sayHint,
  notes: () => [],
  callout: ({ kind, text }, _, request) => [said(request.words.reader[kind], request), ...sayMarkdown(text, request)],
  diagram: ({ title }, _, { words }) => [`${words.reader.diagram}${words.colon}${title}. ${words.reader.notDrawn}`],
  transcript: sayTranscript,
};

/** The blocks of a section; notes are for presenters. */
export function sayBlocks(blocks: readonly Block[], place: Place, request: Request): string[] {
  const hints = blocks.filter(({ type }) => type === 'hint').length;
  return blocks.flatMap((block) => sayBlock(block, { ...place, hints }, request));
}

/** A word before what it is said of. */
export function said(word: string, { words }: Request): string {
  return `${word}${words.colon}`.trimEnd();
}

function sayBlock<Type extends Block['type']>(block: Of<Type>, section: Section, request: Request): string[] {
  const say: (block: Of<Type>, section: Section, request: Request) => string[] = SAYERS[block.type];
  return say(block, section, request);
}

function sayPredict({ question, choices, why }: Of<'predict'>, { id }: Section, request: Request): string[] {
  const { words, name, answers } = request;
  const lettered = choices.map(({ text }, index) => `${letterOf(index)}) ${sayMarkdown(text, request).join(' ')}`);
  const right = letterOf(choices.findIndex((choice) => choice.right));
  const answer = answers
    ? [`${words.reader.answer}${words.colon}${right}.`, ...sayMarkdown(why, request)]
    : sayMarkdown(words.reader.answerWithheld(`${readCommand(name, id)} --answers`), request);
  return [words.reader.predict, ...sayMarkdown(question, request), ...lettered, ...answer];
}

/** Of the hints that are not open only the first says that they are there. */
function sayHint({ stage, text }: Of<'hint'>, { id, hints: all }: Section, request: Request): string[] {
  const { words, name, hints } = request;
  if (stage <= hints) return [said(words.reader.hint(stage), request), ...sayMarkdown(text, request)];
  if (stage > hints + 1) return [];
  return sayMarkdown(words.reader.hintsWithheld(all - hints, `${readCommand(name, id)} --hints ${stage}`), request);
}

function sayTranscript(transcript: Of<'transcript'>, { lesson }: Section, request: Request): string[] {
  const { words, itemsOf } = request;
  const command = labCommand(lesson, transcript);
  const items = itemsOf(transcript);
  if (items === undefined) return sayMarkdown(words.reader.notRecorded(command), request);
  return [words.reader.recorded(command, transcript.step), ...items.flatMap((item) => plainLines(item, words))];
}
