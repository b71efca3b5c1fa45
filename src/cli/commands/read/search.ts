import { LESSON_IDS } from '../../../../labs/catalogue.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { loadLesson } from '../../../lesson/lesson.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { passagesOf } from '../../../view/search/passages.js';
import { excerptOf, type Hit, search } from '../../../view/search/search.js';
import { streamSink } from '../../../view/sink.js';
import { type Screen, screenOf } from '../../../view/terminal/screen.js';
import { wrap } from '../../../view/text/wrap.js';
import { findLesson } from './lessons.js';
import type { ReadOptions } from './options.js';

/** `tslab read --search overlay`: the sections that say it, of all lessons or of one. 1 where there are none. */
export async function searchLessons(name: string | undefined, words: string, options: ReadOptions): Promise<number> {
  if (words.trim() === '') throw new UserError('--search: there is nothing to search for', 2);
  const language = chooseLanguage(options.lang, process.env);
  const lessons = name === undefined ? LESSON_IDS : [findLesson(name)];
  const hits = search(
    lessons.flatMap((id) => passagesOf(loadLesson(id, language), id)),
    words,
  );
  const sink = streamSink(process.stdout, options.color, language);
  if (hits.length === 0) {
    process.stderr.write(`tslab: ${screenOf(sink).words.reader.notFound(words)}\n`);
    return 1;
  }
  const lines = options.json ? hits.map(jsonOf) : linesOf(hits, screenOf(sink));
  return (await sink.write(`${lines.join('\n')}\n`)) ? 0 : NOBODY_READS;
}

function jsonOf({ lesson, section, title, paragraph: { line, text } }: Hit): string {
  return JSON.stringify({ lesson, section, title, line, text });
}

function linesOf(hits: readonly Hit[], screen: Screen): string[] {
  const { reader } = screen.words;
  const sections = new Set(hits.map(({ lesson }) => lesson)).size;
  const all = hits.flatMap((hit) => [...formatHit(hit, screen), '']);
  return [...all, ...wrap([{ text: reader.foundIn(hits.length, sections) }], screen.width)];
}

/** `04-overlay:88  union  An overlay: three directories as one`, and below it what stands there. */
function formatHit(hit: Hit, { paint, width }: Screen): string[] {
  const { lesson, section, title, paragraph } = hit;
  const place = [`${lesson}:${paragraph.line}`, section].filter((part) => part !== '').join('  ');
  const { before, found, after } = excerptOf(hit);
  const text = [{ text: before }, { text: found, paint: paint.bold }, { text: after }];
  return [
    ...wrap([{ text: place, paint: paint.cyan }, { text: '  ' }, { text: title, paint: paint.bold }], width, 2),
    ...wrap(text, Math.max(width - 4, 1)).map((line) => `    ${line}`),
  ];
}
