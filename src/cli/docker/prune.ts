import { Command } from 'commander';
import { pruneContainers } from '../../container/store/prune.js';
import { collectFilter } from '../../docker/filters/filter.js';
import { parsePruneFilters } from '../../docker/filters/prune.js';
import { decimalSize } from '../../docker/output/sizes.js';
import type { NotRemoved } from '../../state/not-removed.js';
import { print } from '../../terminal/output.js';
import type { CreateCommand } from '../commands.js';
import { warn } from '../leftovers.js';
import { confirm } from './confirm.js';
import { presentContainers } from './find.js';
import { orRefusal } from './refusal.js';

interface PruneOptions {
  readonly force?: true;
  readonly filter: readonly string[];
}

/** `tslab prune` */
export const createPrune: CreateCommand = (choose) =>
  new Command()
    .description('Remove all containers that do not run, with what they wrote.')
    .option('-f, --force', 'do not ask')
    .option('--filter <what=value>', 'only some: until=10m, until=2026-01-31, label=…', collectFilter, [])
    .action((options: PruneOptions) => choose(() => orRefusal(() => prune(options))));

async function prune({ force, filter }: PruneOptions): Promise<number> {
  const isWanted = parsePruneFilters(filter);
  if (!force && !(await confirm('This will remove all stopped containers.'))) return 0;
  const problems: NotRemoved[] = [];
  const { removed, bytes } = pruneContainers((await presentContainers()).filter(isWanted), (problem) =>
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
