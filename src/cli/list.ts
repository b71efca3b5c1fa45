import { CATALOGUE, type CatalogueEntry } from '../../labs/catalogue.js';
import { wrap } from '../view/text/wrap.js';
import type { GlobalOptions } from './options.js';
import { print } from './output.js';

const HINT = 'Run one: `tslab 03-cgroups`, or `tslab 3` for short. `tslab doctor` tells what this machine can do.';

/** `tslab list`. */
export function list({ json }: GlobalOptions): number {
  print(json ? CATALOGUE.map(jsonLine).join('') : renderList(CATALOGUE, process.stdout.columns || 80));
  return 0;
}

/** Id and title of each lab, the summary below, in at most so many columns. */
export function renderList(labs: readonly CatalogueEntry[], columns: number): string {
  const width = Math.max(...labs.map(({ id }) => id.length)) + 2;
  const lines = labs.flatMap((lab) => renderEntry(lab, width, columns));
  return `${[...lines, '', ...wrap([{ text: HINT }], columns)].join('\n')}\n`;
}

function renderEntry({ id, title, summary }: CatalogueEntry, width: number, columns: number): string[] {
  const margin = ' '.repeat(width);
  return [`${id.padEnd(width)}${title}`, ...wrap([{ text: summary }], columns - width).map((line) => margin + line)];
}

function jsonLine({ id, title, summary, options }: CatalogueEntry): string {
  return `${JSON.stringify({ id, title, summary, options })}\n`;
}
