import { awaitsRestart, isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { parseContainerFilters, showsStopped } from '../../../docker/filters/containers.js';
import { collectFilter } from '../../../docker/filters/filter.js';
import { wholeNumber } from '../../../docker/options/refuse.js';
import { PS_HEADINGS, psRows, renderPs, shortId } from '../../../docker/output/ps.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';

interface PsOptions {
  readonly all?: true;
  readonly quiet?: true;
  /** False: `--no-trunc`. */
  readonly trunc: boolean;
  readonly format?: string;
  readonly latest?: true;
  readonly last: number;
  readonly size?: true;
  readonly filter: readonly string[];
}

/** `tslab ps` */
export const define: Define = (command, choose) =>
  command
    .description('List containers: those that run or are about to be restarted, or all.')
    .option('-a, --all', 'those that do not run as well')
    .option('-q, --quiet', 'ids only')
    .option('-n, --last <number>', 'only so many, those that were made last, whether or not they run', parseLast, -1)
    .option('-l, --latest', 'only the container that was made last')
    .option('-s, --size', 'the bytes that each has written, and with those of its image')
    .option(
      '-f, --filter <what=value>',
      'only some: name=PATTERN, status=running, label=KEY, label=KEY=VALUE, exited=1, ancestor=busybox, volume=…, before=…, since=…; of several with one name any, of different names all must hold',
      collectFilter,
      [],
    )
    .option('--no-trunc', 'whole ids and commands')
    .option(
      '--format <format>',
      'json: one object a line; a template of Go: {{.ID}} {{.Names}}; or table and a template',
    )
    .action((options: PsOptions) => choose(() => tellingErrors(() => ps(options))));

async function ps(options: PsOptions): Promise<number> {
  const shown = select(await findAllCurrent(), options);
  print(await render(shown, options));
  return 0;
}

async function render(containers: readonly Container[], { quiet, trunc, format, size }: PsOptions): Promise<string> {
  const whole = !trunc;
  if (quiet) return containers.map(({ config }) => `${shortId(config.id, whole)}\n`).join('');
  const rows = psRows(containers, Date.now(), whole);
  if (format === undefined || format === 'table') return renderPs(rows, size);
  const { renderRows } = await import('../../../docker/output/format.js');
  return renderRows(format, rows, PS_HEADINGS);
}

/** As in Docker `-n` and `-l` show those that do not run as well, and a number below 1 is none. */
function select(containers: readonly Container[], { all, latest, last, filter }: PsOptions): Container[] {
  const chosen = containers.filter(parseContainerFilters(filter));
  const most = latest && last === -1 ? 1 : last;
  if (most > 0) return chosen.slice(0, most);
  return all || showsStopped(filter) ? chosen : chosen.filter((one) => isRunning(one.state) || awaitsRestart(one));
}

function parseLast(value: string): number {
  return wholeNumber('-n, --last', value);
}
