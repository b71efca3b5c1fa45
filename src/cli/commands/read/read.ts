import { setFlagsFromString } from 'node:v8';
import { exercisesOf } from '../../../../exercises/catalogue.js';
import { chaptersOf } from '../../../lesson/chapters.js';
import { includeCode } from '../../../lesson/include.js';
import { loadLesson } from '../../../lesson/lesson.js';
import { noteSection } from '../../../state/progress.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import type { Pager } from '../../../terminal/pager.js';
import { chapterAfter, chaptersFrom, findChapter } from '../../../view/document/chapters.js';
import { withExercises } from '../../../view/exercise/in-lesson.js';
import { streamSink } from '../../../view/sink.js';
import { inCharset } from '../../../view/text/charset.js';
import type { Sink } from '../../../view/view.js';
import { findLesson, languageOf } from './lessons.js';
import type { Reading, ReadOptions } from './options.js';
import type { Outcome } from './place.js';
import { tellNote } from './progress-note.js';

/** `tslab read [lesson]`. The exit status; throws UserError for a lesson or section that does not exist. */
export async function read(name: string | undefined, options: ReadOptions): Promise<number> {
  if (options.search !== undefined) return (await import('./search.js')).searchLessons(name, options.search, options);
  if (name === undefined) return (await import('./list.js')).listLessons(options);
  // A lesson is set once: compiling hot functions for the next time takes 60 ms of the 140 that all of it takes.
  setFlagsFromString('--no-opt');
  // As if node had been given it: code that is compiled so is of no use to other runs (compiled-code.ts).
  process.execArgv.push('--no-opt');
  const id = findLesson(name);
  const paging = await pagingFor(options);
  const from = await whereToBegin(id, options, paging);
  return typeof from === 'number' ? from : await readFrom(open(id, options, { ...paging, from }), paging);
}

/** The pager, if there is one, and whether it tells at which section a whole lesson was left. */
interface Paging {
  readonly pager: Pager | undefined;
  readonly keepsPlace: boolean;
}

async function pagingFor(options: ReadOptions): Promise<Paging> {
  const pager = await pagerFor(options);
  const isWhole = options.section === undefined && !options.toc && !options.plain;
  const keepsPlace = isWhole && pager && (await import('../../../terminal/less.js')).keepsPlace(pager);
  return { pager, keepsPlace: keepsPlace === true };
}

/** The section, or undefined for the beginning: whoever has left the lesson is asked. A number: the exit status where nothing is to be read. */
async function whereToBegin(
  id: string,
  options: ReadOptions,
  { keepsPlace }: Paging,
): Promise<string | number | undefined> {
  if (options.from !== undefined || !keepsPlace || !process.stdin.isTTY) return options.from;
  const [{ askWhereToBegin }, { sectionLeft }] = await Promise.all([import('./place.js'), import('./section-left.js')]);
  const language = chooseLanguage(options.lang, process.env);
  const left = sectionLeft(id, language);
  return left && (await askWhereToBegin(left, streamSink(process.stdout, options.color, language)));
}

async function readFrom(reading: Reading, paging: Paging): Promise<number> {
  const sink = streamSink(process.stdout, reading.options.color);
  const text = reading.options.json
    ? (await import('./json.js')).readingJson(reading)
    : await composeText(reading, sink, paging.pager);
  const outcome = await show(reading, text, { ...paging, sink });
  if (outcome === undefined) return NOBODY_READS;
  tellNote(noteRead(reading, outcome));
  return 0;
}

/** Where the pager keeps the place the lesson is whole, wherever it begins. */
function open(id: string, options: ReadOptions, { keepsPlace, from }: Paging & { from: string | undefined }): Reading {
  const written = includeCode(loadLesson(id, chooseLanguage(options.lang, process.env)));
  const lesson = withExercises(written, exercisesOf(id), { language: languageOf(written) });
  const all = chaptersOf(lesson.sections);
  if (options.section !== undefined) {
    const chapter = findChapter(all, options.section, lesson);
    return { id, lesson, chapters: [chapter], isWhole: false, next: chapterAfter(chapter, all)?.id, options };
  }
  const rest = from === undefined ? all : chaptersFrom(from, all, lesson);
  const isWhole = keepsPlace || rest === all;
  return { id, lesson, chapters: isWhole ? all : rest, isWhole, from: from && rest[0]?.id, options };
}

async function pagerFor({ pager, json }: ReadOptions): Promise<Pager | undefined> {
  if (!pager || json || !process.stdout.isTTY) return undefined;
  const { choosePager } = await import('../../../terminal/pager.js');
  return choosePager(process.env);
}

async function composeText(reading: Reading, sink: Sink, pager: Pager | undefined): Promise<string> {
  const { readingLines } = await import('./text.js');
  const lines = await readingLines(reading, sink, pager);
  return inCharset(`${lines.join('\n')}\n`, languageOf(reading.lesson));
}

/** Undefined: nobody reads any more. */
async function show(
  reading: Reading,
  text: string,
  { pager, keepsPlace, sink }: Paging & { sink: Sink },
): Promise<Outcome | undefined> {
  if (pager && keepsPlace) return await (await import('./place.js')).showFromSection(reading, text, pager);
  const isShown =
    pager && (await import('../../../terminal/pager.js').then(({ showInPager }) => showInPager(text, pager)));
  return isShown || (await sink.write(text)) ? {} : undefined;
}

/** Only a lesson that was opened whole counts as read; not where it is known that it was left before its end. */
function noteRead({ id, isWhole, options }: Reading, { left }: Outcome): string | undefined {
  if (options.json || options.toc || !isWhole || left === '') return undefined;
  return noteSection(id, left);
}
