import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLogIndex, validMarks } from '../../../container/logs/index.js';
import { Logs, lastLines } from '../../../container/logs/logs.js';
import { ALWAYS, joined, newestFirst, ofPeriod, type Period } from '../../../container/logs/parts.js';
import { parseMoment } from '../../../container/logs/since.js';
import { Stamps } from '../../../container/logs/stamps.js';
import { DirectoryWatch } from '../../../container/logs/watch.js';
import type { Container } from '../../../container/store/store.js';
import { attributesOf } from '../../../docker/output/log-attributes.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { follow, show } from '../shared/follow.js';

interface LogsOptions {
  readonly follow?: true;
  readonly tail: string;
  readonly timestamps?: true;
  readonly details?: true;
  readonly since?: string;
  readonly until?: string;
}

/** `tslab logs` */
export const define: Define = (command, choose) =>
  command
    .description(
      [
        'Show what a container printed, the lines of both outputs in the order in which they were finished.',
        'A detached one writes into its logs itself, and the supervisor notes when they have grown: order and times are exact to 10 ms;',
        'less so for what was written while no supervisor ran, or more than some 40,000 changes ago.',
      ].join(' '),
    )
    .argument('<container>')
    .option('-f, --follow', 'go on with what it prints, until it ends')
    .option('-n, --tail <lines>', 'only so many lines from the end', 'all')
    .option('-t, --timestamps', 'with the time in front of each line')
    .option('--details', 'with the variables and labels in front that --log-opt env and labels name')
    .option('--since <time>', 'only what came later: 10m ago, or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'only what came before')
    .action((reference: string, options: LogsOptions) => choose(() => tellingErrors(() => logs(reference, options))));

async function logs(reference: string, options: LogsOptions): Promise<number> {
  const period = periodOf(options);
  const lines = parseTail(options.tail);
  const container = await findCurrent(reference);
  refuseUnlogged(container);
  using files = new Logs(container.directory, container.config.log);
  using watched = new DirectoryWatch(container.directory);
  // Read first: no mark says more than the logs have then, unless somebody has truncated them.
  const marks = readLogIndex(container.directory);
  const printed = files.sizes;
  const parts = ofPeriod(newestFirst(files, validMarks(marks, printed), printed), period);
  const chosen = lines === undefined ? [...parts].reverse() : lastLines(files, parts, lines);
  const details = options.details && attributesOf(container.config);
  const stamps =
    (options.timestamps || details !== undefined) && new Stamps({ time: options.timestamps ?? false, details });
  if (!(await show(files, options.timestamps ? chosen : joined(chosen), stamps || undefined))) return NOBODY_READS;
  return options.follow
    ? await follow(container, files, { watched, printed, stamps: stamps || undefined, until: period.until })
    : 0;
}

function periodOf({ since, until }: LogsOptions): Period {
  const now = Date.now();
  return {
    since: since === undefined ? ALWAYS.since : parseMoment('--since', since, now),
    until: until === undefined ? ALWAYS.until : parseMoment('--until', until, now),
  };
}

function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new UserError(`--tail ${JSON.stringify(text)} is not a number of lines`, 2, 'Give a number from 0, or all.');
}

function refuseUnlogged({ directory, config: { name, detached, log, autoRemove } }: Container): void {
  if (log?.driver === 'none') {
    const remedy = 'It was made with --log-driver none. With json-file or local, or without, its output is kept.';
    throw new UserError('configured logging driver does not support reading', 2, remedy);
  }
  if (detached || !autoRemove || existsSync(join(directory, 'stdout.log'))) return;
  const message = `Container ${name} runs in the foreground with --rm: its output goes where its caller wants it, and is not logged`;
  throw new UserError(message, 2, 'Without --rm it is, and with -d.');
}
