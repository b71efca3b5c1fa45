import { Command } from 'commander';
import { awaitsRestart } from '../../container/restart.js';
import type { Container } from '../../container/store.js';
import { UserError } from '../../kernel/user-error.js';
import { renderRows } from '../../view/container/format.js';
import { PS_HEADINGS, psRow, renderPs, shortId, stateOf } from '../../view/container/ps.js';
import type { CreateCommand } from '../container-commands.js';
import { print } from '../output.js';
import { presentContainers, runs } from './present.js';
import { orRefusal } from './refusal.js';

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
export const createPs: CreateCommand = (choose) =>
  new Command()
    .description('List containers: those that run or are about to be restarted, or all.')
    .option('-a, --all', 'those that do not run as well')
    .option('-q, --quiet', 'ids only')
    .option('-l, --latest', 'only the container that was made last, whether or not it runs')
    .option(
      '-f, --filter <what=value>',
      'only some: name=…, id=…, status=running|paused|restarting|exited|created',
      collect,
      [],
    )
    .option('--no-trunc', 'whole ids and commands')
    .option('--format <format>', 'json: one object a line; a template: {{.ID}} {{.Names}}; or table and a template')
    .action((options: PsOptions) => choose(() => orRefusal(() => ps(options))));

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

async function ps(options: PsOptions): Promise<number> {
  const shown = select(await presentContainers(), options);
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
  const tests = filter.map(parseFilter);
  const chosen = containers.filter((container) => tests.every((test) => test(container)));
  if (latest) return chosen.slice(0, 1);
  // As in Docker, a filter by status shows what it asks for.
  const stopped = all || filter.some((one) => one.startsWith('status='));
  return stopped ? chosen : chosen.filter((one) => runs(one.state) || awaitsRestart(one));
}

type Test = (container: Container) => boolean;

const FILTERS: Readonly<Record<string, (value: string) => Test>> = {
  name:
    (value) =>
    ({ config }) =>
      config.name.includes(value),
  id:
    (value) =>
    ({ config }) =>
      config.id.startsWith(value),
  status: (value) => (container) => stateOf(container) === value,
};

function parseFilter(filter: string): Test {
  const [what = '', ...value] = filter.split('=');
  const make = Object.hasOwn(FILTERS, what) ? FILTERS[what] : undefined;
  if (make && value.length > 0) return make(value.join('='));
  const known = Object.keys(FILTERS).map((name) => `${name}=…`);
  throw new UserError(`--filter ${JSON.stringify(filter)} is not known`, 2, `Known: ${known.join(', ')}`);
}
