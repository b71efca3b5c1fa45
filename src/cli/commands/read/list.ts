import { LESSON_IDS } from '../../../../labs/catalogue.js';
import type { FrontMatter } from '../../../lesson/front-matter.js';
import { readHead } from '../../../lesson/front-matter.js';
import { loadProgress, type Progress } from '../../../state/progress.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { streamSink } from '../../../view/sink.js';
import { type Screen, screenOf } from '../../../view/terminal/screen.js';
import { displayWidth, padToWidth } from '../../../view/text/width.js';
import { wrap } from '../../../view/text/wrap.js';
import type { Words } from '../../../view/words/index.js';
import type { ReadOptions } from './options.js';
import { describeProgress, tellNote } from './progress-note.js';

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
  const sink = streamSink(process.stdout, options.color, language);
  const screen = screenOf(sink);
  const entries = LESSON_IDS.map((id) => ({
    id,
    head: readHead(id, language),
    done: describeProgress(id, progress, screen.words),
  }));
  const lines = linesOf(entries, { options, progress, screen });
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
  return options.plain ? entries.map((entry) => sayEntry(entry, screen.words.lessons)) : renderLessons(entries, screen);
}

function jsonOf({ id, head }: Entry, { read, held }: Progress): string {
  const { title, summary, minutes } = head;
  return JSON.stringify({ id, title, summary, minutes, read: read[id] ?? null, held: held[id] ?? null });
}

function sayEntry({ id, head, done }: Entry, words: Words['lessons']): string {
  return words.entry({ id, ...head, done: done || words.notRead });
}

/** Id, title, minutes and what was done of each lesson, the summary below; narrower screens have them below each other. */
export function renderLessons(entries: readonly Entry[], screen: Screen): string[] {
  const ids = Math.max(...entries.map(({ id }) => id.length)) + 2;
  const titles = Math.max(...entries.map(({ head }) => displayWidth(head.title))) + 2;
  const isWide = screen.width >= ids + titles + displayWidth(longestFacts(screen.words));
  const lines = entries.flatMap((entry) =>
    isWide ? wideEntry(entry, { ids, titles }, screen) : narrowEntry(entry, screen),
  );
  const { lessons } = screen.words;
  const texts = [countRead(entries, lessons), lessons.hint];
  return [...lines, '', ...texts.flatMap((text) => wrap([{ text }], screen.width))];
}

/** `20 min  read, held`: what stands behind a title, at its longest. */
function longestFacts({ lessons, comma }: Words): string {
  return `${inColumn(lessons.minutes(20))}  ${lessons.read}${comma}${lessons.held}`;
}

function inColumn(minutes: string): string {
  return minutes.padStart(7);
}

function wideEntry(
  { id, head, done }: Entry,
  { ids, titles }: { ids: number; titles: number },
  screen: Screen,
): string[] {
  const { paint, width, words } = screen;
  const title = paint.bold(padToWidth(head.title, titles));
  const minutes = inColumn(words.lessons.minutes(head.minutes));
  const first = `${paint.cyan(id.padEnd(ids))}${title}${minutes}  ${paint.green(done)}`.trimEnd();
  return [first, ...wrap([{ text: head.summary }], Math.min(width, 100) - ids).map((line) => ' '.repeat(ids) + line)];
}

function narrowEntry({ id, head, done }: Entry, { paint, width, words }: Screen): string[] {
  const facts = [words.lessons.minutes(head.minutes), done].filter((fact) => fact !== '').join(words.comma);
  const title = [{ text: id, paint: paint.cyan }, { text: '  ' }, { text: head.title, paint: paint.bold }];
  const below = [{ text: head.summary }, { text: words.lessons.aside(facts), paint: paint.dim }];
  return [...wrap(title, width, 2), ...wrap(below, width - 2).map((line) => `  ${line}`)];
}

function countRead(entries: readonly Entry[], words: Words['lessons']): string {
  const read = entries.filter(({ done }) => done.includes(words.read)).length;
  const minutes = entries.reduce((sum, { head }) => sum + head.minutes, 0);
  return words.count(read, entries.length, minutes);
}
