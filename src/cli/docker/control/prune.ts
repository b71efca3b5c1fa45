import { createInterface } from 'node:readline/promises';
import { pruneContainers } from '../../../container/store/prune.js';
import { collectFilter } from '../../../docker/filters/filter.js';
import { parsePruneFilters } from '../../../docker/filters/prune.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import type { NotRemoved } from '../../../state/not-removed.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';

interface PruneOptions {
  readonly force?: true;
  readonly filter: readonly string[];
}

/** `tslab prune` */
export const define: Define = (command, choose) =>
  command
    .description('Remove all containers that do not run, with what they wrote.')
    .option('-f, --force', 'do not ask')
    .option('--filter <what=value>', 'only some: until=10m, until=2026-01-31, label=…', collectFilter, [])
    .action((options: PruneOptions) => choose(() => tellingErrors(() => prune(options))));

async function prune({ force, filter }: PruneOptions): Promise<number> {
  const isWanted = parsePruneFilters(filter);
  if (!force && !(await confirm('This will remove all stopped containers.'))) return 0;
  const problems: NotRemoved[] = [];
  const { removed, bytes } = pruneContainers((await findAllCurrent()).filter(isWanted), (problem) =>
    problems.push(problem),
  );
  const names = removed.map(({ config }) => config.id);
  print(renderPruned('Deleted Containers:', names, bytes));
  for (const { message } of problems) warn(message);
  return problems.length > 0 ? 1 : 0;
}

/** What was removed and how much room that made, as docker tells it. */
export function renderPruned(heading: string, names: readonly string[], bytes: number): string {
  const list = names.length > 0 ? `${[heading, ...names].join('\n')}\n\n` : '';
  return `${list}Total reclaimed space: ${decimalSize(bytes)}\n`;
}

/** Warns, and asks whether to go on. Only `y` and `yes` are a yes; so nothing happens where nobody answers. */
export async function confirm(warning: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const nobody = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  const asked = terminal.question(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
  try {
    return /^y(es)?$/i.test((await Promise.race([asked, nobody])).trim());
  } finally {
    terminal.close();
  }
}
