import type { ContainerConfig } from '../../container/record.js';
import type { Sample } from '../../container/stats/stats.js';
import type { Traffic } from '../../container/stats/traffic.js';
import { sparkline } from '../../view/terminal/plot.js';
import { shortId } from './ps.js';
import { binarySize, decimalSize } from './sizes.js';
import { renderTable } from './table.js';

/** What a container uses now, and its CPU over the last seconds. */
export interface Usage {
  readonly config: ContainerConfig;
  /** Undefined: it does not run. */
  readonly sample: Sample | undefined;
  /** Shares of one CPU, the latest last; empty at first. */
  readonly cpu: readonly number[];
}

/** Docker's headings. */
export const STATS_HEADINGS: Readonly<Record<keyof ReturnType<typeof statsRow>, string>> = {
  Container: 'CONTAINER',
  ID: 'CONTAINER ID',
  Name: 'NAME',
  CPUPerc: 'CPU %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemPerc: 'MEM %',
  NetIO: 'NET I/O',
  BlockIO: 'BLOCK I/O',
  PIDs: 'PIDS',
};

const COLUMNS = ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO', 'PIDs'] as const;
const HEADER = COLUMNS.map((column) => STATS_HEADINGS[column]);

/** The table of `docker stats`. */
export function renderStats(usages: readonly Usage[], whole: boolean): string {
  return renderTable(
    HEADER,
    usages.map((usage) => cells(statsRow(usage, whole))),
  );
}

const PLOT_HEADING = 'CPU OVER TIME';

/** The number of shares that fit below the heading, so that the column never moves. */
export const PLOTTED = PLOT_HEADING.length;

const BEHIND_CPU = COLUMNS.indexOf('CPUPerc') + 1;

/**
 * The same with a plot for each container behind its CPU %, where a narrow screen shows it too: over the last seconds, where
 * full height is one CPU, or more where more was used.
 */
export function renderLiveStats(usages: readonly Usage[], whole: boolean, unicode: boolean): string {
  return renderTable(
    HEADER.toSpliced(BEHIND_CPU, 0, PLOT_HEADING),
    usages.map((usage) => cells(statsRow(usage, whole)).toSpliced(BEHIND_CPU, 0, plotOf(usage.cpu, unicode))),
  );
}

function plotOf(cpu: readonly number[], unicode: boolean): string {
  const whole = [...sparkline([...cpu, 1], unicode)];
  return whole.slice(0, -1).join('');
}

/** A container's use in words, with Docker's names: what `--format json` prints. */
export function statsRow({ config, sample, cpu }: Usage, whole: boolean) {
  const share = cpu.at(-1);
  return {
    Container: shortId(config.id, whole),
    ID: shortId(config.id, whole),
    Name: config.name,
    CPUPerc: sample && share !== undefined ? percent(share) : NOTHING,
    MemUsage: sample ? `${binarySize(sample.memory)} / ${binarySize(sample.memoryLimit)}` : `${NOTHING} / ${NOTHING}`,
    MemPerc: sample ? percent(sample.memory / sample.memoryLimit) : NOTHING,
    NetIO: inAndOut(sample?.network),
    BlockIO: inAndOut(sample?.disk),
    PIDs: sample ? `${sample.pids}` : NOTHING,
  };
}

const NOTHING = '--';

function inAndOut(traffic: Traffic | undefined): string {
  return traffic ? `${decimalSize(traffic.in, 3)} / ${decimalSize(traffic.out, 3)}` : `${NOTHING} / ${NOTHING}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

function cells(row: ReturnType<typeof statsRow>): string[] {
  return COLUMNS.map((column) => row[column]);
}
