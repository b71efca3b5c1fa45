import { CATALOGUE, type CatalogueEntry } from '../../labs/catalogue.js';
import { loadProgress, type Progress } from '../state/progress.js';
import { wrap } from '../view/text/wrap.js';
import type { GlobalOptions } from './options.js';
import { print } from './output.js';
import { describeProgress, tellNote } from './progress-words.js';

const HINT = 'Run one: `tslab 03-cgroups`, or `tslab 3` for short. `tslab doctor` tells what this machine can do.';

/** `tslab list`: the labs, and what was done of each. */
export function list({ json }: GlobalOptions): number {
  const { progress, note } = loadProgress();
  const columns = process.stdout.columns || 80;
  print(json ? CATALOGUE.map((lab) => jsonLine(lab, progress)).join('') : renderList(CATALOGUE, columns, progress));
  tellNote(note);
  return 0;
}

/** Id and title of each lab, whether it was read and held, the summary below, in at most so many columns. */
export function renderList(
  labs: readonly CatalogueEntry[],
  columns: number,
  progress: Progress = { read: {}, held: {} },
): string {
  const width = Math.max(...labs.map(({ id }) => id.length)) + 2;
  const lines = labs.flatMap((lab) => renderEntry(lab, { width, columns, done: describeProgress(lab.id, progress) }));
  return `${[...lines, '', ...wrap([{ text: HINT }], columns)].join('\n')}\n`;
}

interface Layout {
  /** Columns of the longest id, and of the gap behind it. */
  readonly width: number;
  readonly columns: number;
  /** `read, held`. */
  readonly done: string;
}

function renderEntry({ id, title, summary }: CatalogueEntry, { width, columns, done }: Layout): string[] {
  const margin = ' '.repeat(width);
  const first = id.padEnd(width) + title + (done && ` (${done})`);
  return [
    ...wrap([{ text: first }], columns, width),
    ...wrap([{ text: summary }], columns - width).map((line) => margin + line),
  ];
}

function jsonLine({ id, title, summary, options }: CatalogueEntry, { read, held }: Progress): string {
  return `${JSON.stringify({ id, title, summary, options, read: read[id] ?? null, held: held[id] ?? null })}\n`;
}
