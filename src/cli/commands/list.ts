import { CATALOGUE, type CatalogueEntry } from '../../../labs/catalogue.js';
import { loadProgress, NOTHING, type Progress } from '../../state/progress.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { wrap } from '../../view/text/wrap.js';
import { wordsIn } from '../../view/words/index.js';
import type { Define, GlobalOptions } from '../command.js';
import { labsIn } from './read/lessons.js';
import { describeProgress, tellNote } from './read/progress-note.js';

/** `tslab list` */
export const define: Define = (command, choose) =>
  command.action(() => choose(async () => list(command.optsWithGlobals<GlobalOptions>())));

/** `tslab list`: the labs, and what was done of each. */
export function list({ json, lang }: GlobalOptions): number {
  const { progress, note } = loadProgress();
  const columns = process.stdout.columns || 80;
  const language = chooseLanguage(lang, process.env);
  print(json ? CATALOGUE.map((lab) => jsonLine(lab, progress)).join('') : renderList(language, columns, progress));
  tellNote(note);
  return 0;
}

/** Id and title of each lab, whether it was read and held, the summary below, in at most so many columns. */
export function renderList(language: string, columns: number, progress: Progress = NOTHING): string {
  const words = wordsIn(language);
  const width = Math.max(...CATALOGUE.map(({ id }) => id.length)) + 2;
  const lines = labsIn(language).flatMap((lab) => {
    const done = describeProgress(lab.id, progress, words);
    return renderEntry(lab, { width, columns, done: done && words.lessons.aside(done) });
  });
  return `${[...lines, '', ...wrap([{ text: words.lessons.runOne }], columns)].join('\n')}\n`;
}

interface Layout {
  /** Columns of the longest id, and of the gap behind it. */
  readonly width: number;
  readonly columns: number;
  /** ` (read, held)`. */
  readonly done: string;
}

/** Columns below which a summary beside the ids would be a word or less a line. */
const READABLE = 20;

function renderEntry({ id, title, summary }: CatalogueEntry, { width, columns, done }: Layout): string[] {
  const margin = columns < width + READABLE ? 2 : width;
  const first = id.padEnd(width) + title + done;
  return [
    ...wrap([{ text: first }], columns, margin),
    ...wrap([{ text: summary }], columns - margin).map((line) => ' '.repeat(margin) + line),
  ];
}

function jsonLine({ id, title, summary, options }: CatalogueEntry, { read, held }: Progress): string {
  return `${JSON.stringify({ id, title, summary, options, read: read[id] ?? null, held: held[id] ?? null })}\n`;
}
