import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from '../../../container/state.js';
import { cpuShare, type Sample, Sampler } from '../../../container/stats/stats.js';
import type { Container } from '../../../container/store/store.js';
import {
  PLOTTED,
  renderLiveStats,
  renderStats,
  STATS_HEADINGS,
  statsRow,
  type Usage,
} from '../../../docker/output/stats.js';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { streamSink } from '../../../view/sink.js';
import type { Sink } from '../../../view/view.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent, findCurrent } from '../shared/find.js';

interface StatsOptions {
  readonly all?: true;
  /** False: `--no-stream`. */
  readonly stream: boolean;
  /** False: `--no-trunc`. */
  readonly trunc: boolean;
  readonly format?: string;
}

/** `tslab stats` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Show what containers use, until Ctrl-C: CPU and memory as control groups count it, network and disks as /proc does.',
    )
    .argument('[container...]', 'else all that run')
    .option('-a, --all', 'those that do not run as well')
    .option('--no-stream', 'one table only, over one second')
    .option('--no-trunc', 'whole ids')
    .option(
      '--format <format>',
      'json: one object a line; a template of Go: {{.Name}} {{.CPUPerc}}; or table and a template',
    )
    .action((references: string[], options: StatsOptions) =>
      choose(() => tellingErrors(() => stats(references, options))),
    );

/** Milliseconds between two looks. */
const INTERVAL = 1000;

async function stats(references: readonly string[], options: StatsOptions): Promise<number> {
  const [meter, sink] = [new Meter(), streamSink(process.stdout)];
  meter.look(await choose(references, options));
  if (!options.stream) {
    await delay(INTERVAL);
    await sink.write(await render(meter.look(await choose(references, options)), options, sink));
    return 0;
  }
  return untilInterrupted(async ({ aborted }) => {
    while (await wait(aborted)) {
      const usages = meter.look(await choose(references, options));
      if (!(await sink.write(onScreen(await render(usages, options, sink))))) return NOBODY_READS;
    }
    return 0;
  });
}

/** Containers may come and go while we look. */
async function choose(references: readonly string[], { all }: StatsOptions): Promise<Container[]> {
  if (references.length > 0) return Promise.all(references.map(findCurrent));
  return (await findAllCurrent()).filter(({ state }) => all || isRunning(state));
}

/** False: Ctrl-C. */
function wait(aborted: AbortSignal): Promise<boolean> {
  return delay(INTERVAL, true, { signal: aborted }).catch(() => false);
}

/** Remembers the last look, since a share of the CPU takes two. */
class Meter {
  readonly #sampler = new Sampler(warn);
  #last = new Map<string, { sample: Sample | undefined; cpu: readonly number[] }>();

  look(containers: readonly Container[]): Usage[] {
    const usages = containers.map((container) => ({ config: container.config, ...this.#lookAt(container) }));
    this.#last = new Map(usages.map(({ config, sample, cpu }) => [config.id, { sample, cpu }]));
    return usages;
  }

  #lookAt(container: Container) {
    const [before, sample] = [this.#last.get(container.config.id), this.#sampler.sample(container)];
    const share = before?.sample && sample ? [cpuShare(before.sample, sample)] : [];
    return { sample, cpu: [...(before?.cpu ?? []), ...share].slice(-PLOTTED) };
  }
}

async function render(usages: readonly Usage[], { format, trunc, stream }: StatsOptions, { unicode }: Sink) {
  if (format !== undefined && format !== 'table') {
    const { renderRows } = await import('../../../docker/output/format.js');
    const rows = usages.map((usage) => statsRow(usage, !trunc));
    return renderRows(format, rows, STATS_HEADINGS);
  }
  return stream ? renderLiveStats(usages, !trunc, unicode) : renderStats(usages, !trunc);
}

const HOME = '\x1b[H';
const ERASE_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

/** Over what was there before, as much as the screen holds; one below the other where there is no screen. */
function onScreen(text: string): string {
  const { isTTY, rows, columns } = process.stdout;
  if (!isTTY) return text;
  const lines = text.split('\n').slice(0, rows > 1 ? rows - 1 : undefined);
  // The last column stays free: erasing the rest of a full line takes its last character.
  const cut = (line: string) => [...line].slice(0, columns > 1 ? columns - 1 : undefined).join('');
  return HOME + lines.map((line) => `${cut(line)}${ERASE_LINE}\n`).join('') + ERASE_BELOW;
}
