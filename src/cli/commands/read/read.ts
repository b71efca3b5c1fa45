import { setFlagsFromString } from 'node:v8';
import { chaptersOf } from '../../../lesson/chapters.js';
import { includeCode } from '../../../lesson/include.js';
import { loadLesson } from '../../../lesson/lesson.js';
import { noteProgress } from '../../../state/progress.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import type { Pager } from '../../../terminal/pager.js';
import { chapterAfter, findChapter } from '../../../view/document/chapters.js';
import { streamSink } from '../../../view/sink.js';
import { inCharset } from '../../../view/text/charset.js';
import type { Sink } from '../../../view/view.js';
import { findLesson, languageOf } from './lessons.js';
import type { Reading, ReadOptions } from './options.js';

/** `tslab read [lesson]`. The exit status; throws UserError for a lesson or section that does not exist. */
export async function read(name: string | undefined, options: ReadOptions): Promise<number> {
  if (options.search !== undefined) return (await import('./search.js')).searchLessons(name, options.search, options);
  if (name === undefined) return (await import('./list.js')).listLessons(options);
  // A lesson is set once: compiling hot functions for the next time takes 60 ms of the 140 that all of it takes.
  setFlagsFromString('--no-opt');
  const reading = open(findLesson(name), options);
  const sink = streamSink(process.stdout, options.color);
  const pager = await pagerFor(options);
  const text = options.json ? await composeJson(reading) : await composeText(reading, sink, pager);
  if (!(await show(text, sink, pager))) return NOBODY_READS;
  const note = noteRead(reading);
  if (note) process.stderr.write(`tslab: ${note}\n`);
  return 0;
}

function open(id: string, options: ReadOptions): Reading {
  const lesson = includeCode(loadLesson(id, chooseLanguage(options.lang, process.env)));
  const all = chaptersOf(lesson.sections);
  if (options.section === undefined) return { id, lesson, chapters: all, options };
  const chapter = findChapter(all, options.section, lesson);
  const next = chapterAfter(chapter, all);
  return { id, lesson, chapters: [chapter], options, ...(next && { next: next.id }) };
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

async function composeJson(reading: Reading): Promise<string> {
  const { readingJson } = await import('./json.js');
  return readingJson(reading);
}

/** False: nobody reads any more. */
async function show(text: string, sink: Sink, pager: Pager | undefined): Promise<boolean> {
  const isShown =
    pager && (await import('../../../terminal/pager.js').then(({ showInPager }) => showInPager(text, pager)));
  return isShown || sink.write(text);
}

/** Only a lesson that was opened whole counts as read. */
function noteRead({ id, options }: Reading): string | undefined {
  if (options.json || options.toc || options.section !== undefined) return undefined;
  return noteProgress('read', id);
}
