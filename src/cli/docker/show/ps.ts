import { awaitsRestart, isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { parseContainerFilters, showsStopped } from '../../../docker/filters/containers.js';
import { collectFilter } from '../../../docker/filters/filter.js';
import { renderRows } from '../../../docker/output/format.js';
import { PS_HEADINGS, psRow, renderPs, shortId } from '../../../docker/output/ps.js';
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
  readonly filter: readonly string[];
}

/** `tslab ps` */
export const define: Define = (command, choose) =>
  command
    .description('List containers: those that run or are about to be restarted, or all.')
    .option('-a, --all', 'those that do not run as well')
    .option('-q, --quiet', 'ids only')
    .option('-l, --latest', 'only the container that was made last, whether or not it runs')
    .option(
      '-f, --filter <what=value>',
      'only some: name=PATTERN, status=running, exited=1, ancestor=busybox, volume=…, before=…, since=…; of several with one name any, of different names all must hold',
      collectFilter,
      [],
    )
    .option('--no-trunc', 'whole ids and commands')
    .option('--format <format>', 'json: one object a line; a template: {{.ID}} {{.Names}}; or table and a template')
    .action((options: PsOptions) => choose(() => tellingErrors(() => ps(options))));

async function ps(options: PsOptions): Promise<number> {
  const shown = select(await findAllCurrent(), options);
  print(render(shown, options));
  return 0;
}

function render(containers: readonly Container[], { quiet, trunc, format }: PsOptions): string {
  const [now, whole] = [Date.now(), !trunc];
  if (quiet) return containers.map(({ config }) => `${shortId(config.id, whole)}\n`).join('');
  if (format === undefined || format === 'table') return renderPs(containers, now, whole);
  const rows = containers.map((one) => psRow(one, now, whole));
  return renderRows(format, rows, PS_HEADINGS);
}

function select(containers: readonly Container[], { all, latest, filter }: PsOptions): Container[] {
  const chosen = containers.filter(parseContainerFilters(filter));
  if (latest) return chosen.slice(0, 1);
  return all || showsStopped(filter) ? chosen : chosen.filter((one) => isRunning(one.state) || awaitsRestart(one));
}
