import { createInterface } from 'node:readline/promises';
import { pruneContainers } from '../../../container/store/prune.js';
import type { Container } from '../../../container/store/store.js';
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
  const pruned = await pruneStopped(isWanted);
  print(renderAllPruned([pruned]));
  return tellProblems(pruned.problems);
}

/** Things of one kind that were removed, and the bytes that they took. */
export interface Pruned {
  readonly heading: string;
  readonly names: readonly string[];
  readonly bytes: number;
}

/** Removes containers that do not run, but for those that are not wanted. */
export async function pruneStopped(
  isWanted: (container: Container) => boolean,
): Promise<Pruned & { readonly problems: readonly NotRemoved[] }> {
  const problems: NotRemoved[] = [];
  const all = (await findAllCurrent()).filter(isWanted);
  const { removed, bytes } = pruneContainers(all, (problem) => problems.push(problem));
  return { heading: 'Deleted Containers:', names: removed.map(({ config }) => config.id), bytes, problems };
}

/** Warns of what is left of containers. The exit status. */
export function tellProblems(problems: readonly NotRemoved[]): number {
  for (const { message } of problems) warn(message);
  return problems.length > 0 ? 1 : 0;
}

/** What was removed and how much room that made, as docker tells it. */
export function renderPruned(heading: string, names: readonly string[], bytes: number): string {
  return renderAllPruned([{ heading, names, bytes }]);
}

/** The same of several kinds. */
export function renderAllPruned(parts: readonly Pruned[]): string {
  const lists = parts.filter(({ names }) => names.length > 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const text = lists.map(({ heading, names }) => `${[heading, ...names].join('\n')}\n\n`).join('');
  return `${text}Total reclaimed space: ${decimalSize(bytes)}\n`;
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
