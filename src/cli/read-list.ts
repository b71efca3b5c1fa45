import type { FrontMatter } from '../lab/front-matter.js';
import { readHead } from '../lab/lesson-head.js';
import { loadProgress, type Progress } from '../state/progress.js';
import { streamSink } from '../view/sink.js';
import { type Screen, screenOf } from '../view/terminal/screen.js';
import { displayWidth, padToWidth } from '../view/text/width.js';
import { wrap } from '../view/text/wrap.js';
import { chooseLanguage } from './language.js';
import { allLessons } from './lessons.js';
import { NOBODY_READS } from './output.js';
import { describeProgress, tellNote } from './progress-words.js';
import type { ReadOptions } from './read-command.js';

const HINT = 'Read one: `tslab read 03`, `tslab read intro`. One section: `tslab read 03 --section cpu-quota`.';

/** A lesson as the list shows it; `done`: `read, held`. */
interface Entry {
  readonly id: string;
  readonly head: FrontMatter;
  readonly done: string;
}

/** `tslab read`: the lessons, how long they take, and which were read. The exit status. */
export async function listLessons(options: ReadOptions): Promise<number> {
  const { progress, note } = loadProgress();
  const language = chooseLanguage(options.lang, process.env);
  const entries = allLessons().map((id) => ({
    id,
    head: readHead(id, language),
    done: describeProgress(id, progress),
  }));
  const sink = streamSink(process.stdout, options.color);
  const lines = linesOf(entries, { options, progress, screen: screenOf(sink) });
  if (!(await sink.write(`${lines.join('\n')}\n`))) return NOBODY_READS;
  tellNote(note);
  return 0;
}

interface Setting {
  readonly options: ReadOptions;
  readonly progress: Progress;
  readonly screen: Screen;
}

function linesOf(entries: readonly Entry[], { options, progress, screen }: Setting): string[] {
  if (options.json) return entries.map((entry) => jsonOf(entry, progress));
  return options.plain ? entries.map(sayEntry) : renderLessons(entries, screen);
}

function jsonOf({ id, head }: Entry, { read, held }: Progress): string {
  const { title, summary, minutes } = head;
  return JSON.stringify({ id, title, summary, minutes, read: read[id] ?? null, held: held[id] ?? null });
}

function sayEntry({ id, head, done }: Entry): string {
  return `${id}: ${head.title}. ${head.summary}. ${head.minutes} minutes. ${done || 'not read'}.`;
}

/** Id, title, minutes and what was done of each lesson, the summary below; narrower screens have them below each other. */
export function renderLessons(entries: readonly Entry[], screen: Screen): string[] {
  const ids = Math.max(...entries.map(({ id }) => id.length)) + 2;
  const titles = Math.max(...entries.map(({ head }) => displayWidth(head.title))) + 2;
  const isWide = screen.width >= ids + titles + 'read, held  20 min'.length;
  const lines = entries.flatMap((entry) =>
    isWide ? wideEntry(entry, { ids, titles }, screen) : narrowEntry(entry, screen),
  );
  return [...lines, '', ...wrap([{ text: countRead(entries) }], screen.width), ...wrap([{ text: HINT }], screen.width)];
}

function wideEntry(
  { id, head, done }: Entry,
  { ids, titles }: { ids: number; titles: number },
  screen: Screen,
): string[] {
  const { paint, width } = screen;
  const title = paint.bold(padToWidth(head.title, titles));
  const minutes = `${head.minutes} min`.padStart(7);
  const first = `${paint.cyan(id.padEnd(ids))}${title}${minutes}  ${paint.green(done)}`.trimEnd();
  return [first, ...wrap([{ text: head.summary }], Math.min(width, 100) - ids).map((line) => ' '.repeat(ids) + line)];
}

function narrowEntry({ id, head, done }: Entry, { paint, width }: Screen): string[] {
  const facts = [`${head.minutes} min`, done].filter((fact) => fact !== '').join(', ');
  const title = [{ text: id, paint: paint.cyan }, { text: '  ' }, { text: head.title, paint: paint.bold }];
  const below = [{ text: head.summary }, { text: ` (${facts})`, paint: paint.dim }];
  return [...wrap(title, width, 2), ...wrap(below, width - 2).map((line) => `  ${line}`)];
}

function countRead(entries: readonly Entry[]): string {
  const read = entries.filter(({ done }) => done.includes('read')).length;
  const minutes = entries.reduce((sum, { head }) => sum + head.minutes, 0);
  return `${read} of ${entries.length} read; ${minutes} minutes in all.`;
}
