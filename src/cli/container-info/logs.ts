import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { reconcile } from '../../container/find.js';
import { readLogIndex, sizesAt } from '../../container/log-index.js';
import { chunksOf, Logs, lastLines, type Part, partsBetween, type Sizes } from '../../container/logs.js';
import { parseSince } from '../../container/since.js';
import { type Container, readContainer } from '../../container/store.js';
import { DirectoryWatch } from '../../container/watch.js';
import { UserError } from '../../kernel/user-error.js';
import type { CreateCommand } from '../container-commands.js';
import { NOBODY_READS } from '../output.js';
import { presentContainer, runs } from './present.js';
import { orRefusal } from './refusal.js';

interface LogsOptions {
  readonly follow?: true;
  readonly tail: string;
  readonly since?: string;
}

/** `tslab logs` */
export const createLogs: CreateCommand = (choose) =>
  new Command()
    .description(
      'Show what a detached container printed. It writes into its logs itself, so times are known to the second only.',
    )
    .argument('<container>')
    .option('-f, --follow', 'go on with what it prints, until it ends')
    .option('-n, --tail <lines>', 'only so many lines from the end', 'all')
    .option('--since <time>', 'only what came later: 10m ago, or 2026-01-31T12:00:00Z')
    .action((reference: string, options: LogsOptions) => choose(() => orRefusal(() => logs(reference, options))));

async function logs(reference: string, options: LogsOptions): Promise<number> {
  const container = await presentContainer(reference);
  refuseUnlogged(container);
  using files = new Logs(container.directory);
  using watched = new DirectoryWatch(container.directory);
  const printed = sizesOf(files);
  const read = await show(files, choose(container, files, { ...options, printed }));
  if (!read) return NOBODY_READS;
  return options.follow ? await follow(container, files, { watched, printed }) : 0;
}

/** The parts of the logs that were asked for. */
function choose(
  { directory }: Container,
  files: Logs,
  { tail, since, printed }: LogsOptions & { printed: Sizes },
): Part[] {
  const lines = parseTail(tail);
  const marks = readLogIndex(directory);
  const from = since === undefined ? BEGINNING : sizesAt(marks, parseSince(since, Date.now()));
  const parts = partsBetween(marks, from, printed);
  return lines === undefined ? parts : lastLines(files, parts, lines);
}

const BEGINNING: Sizes = { stdout: 0, stderr: 0 };

/** How long the logs are now. */
export function sizesOf(files: Logs): Sizes {
  return { stdout: files.size('stdout'), stderr: files.size('stderr') };
}

/** How long a container may be dead before it is noticed, in milliseconds, where nobody was left to write that down. */
const LOOK = 1000;

/** Shows what a container prints from a place in its logs on, to its end. The exit status. */
export async function follow(
  { config: { id } }: Container,
  files: Logs,
  { watched, printed }: { watched: DirectoryWatch; printed: Sizes },
): Promise<number> {
  let before = printed;
  for (let lives = true; lives; ) {
    // Asked first: what was printed before the end is read after it.
    lives = stillRuns(id);
    const now = sizesOf(files);
    if (!(await show(files, partsBetween([], before, now)))) return NOBODY_READS;
    before = now;
    if (lives) await watched.changed(LOOK);
  }
  return 0;
}

function stillRuns(id: string): boolean {
  const container = readContainer(id);
  const now = container && reconcile(container);
  return now !== undefined && runs(now.state);
}

/** Each stream to its own, byte for byte. False: nobody reads any more. */
async function show(files: Logs, parts: readonly Part[]): Promise<boolean> {
  for (const part of parts.flatMap(chunksOf)) {
    if (!(await write(part.stream, files.read(part)))) return false;
  }
  return true;
}

function write(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => process[stream].write(bytes, (error) => resolve(!error)));
}

function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError(`--tail ${JSON.stringify(text)} is not a number of lines`, 2, 'Give a number from 0, or all.');
}

function refuseUnlogged({ directory, config: { name, detached } }: Container): void {
  if (detached || existsSync(join(directory, 'stdout.log'))) return;
  const message = `Container ${name} ran in the foreground: its output went to the terminal and was not logged`;
  throw new UserError(message, 2, 'tslab run -d starts a container in the background, with logs.');
}
