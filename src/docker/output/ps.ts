import { awaitsRestart, type ContainerState } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import { literal } from '../../kernel/render.js';
import { ago, humanDuration } from './durations.js';
import { renderTable } from './table.js';

/** A line of `tslab ps`, with Docker's names: what `--format json` prints. */
export interface PsRow {
  readonly Command: string;
  readonly CreatedAt: string;
  readonly ID: string;
  readonly Image: string;
  readonly Mounts: string;
  readonly Names: string;
  readonly Networks: string;
  readonly Ports: string;
  readonly RunningFor: string;
  readonly State: string;
  readonly Status: string;
}

/** Docker's headings. */
export const PS_HEADINGS: Readonly<Record<keyof PsRow, string>> = {
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Mounts: 'MOUNTS',
  Names: 'NAMES',
  Networks: 'NETWORKS',
  Ports: 'PORTS',
  RunningFor: 'CREATED',
  State: 'STATE',
  Status: 'STATUS',
};

const COLUMNS = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'] as const;

/** The table of containers at a moment (milliseconds), as `docker ps` prints it. */
export function renderPs(containers: readonly Container[], now: number, whole: boolean): string {
  const rows = containers.map((container) => psRow(container, now, whole));
  return renderTable(
    COLUMNS.map((column) => PS_HEADINGS[column]),
    rows.map((row) => COLUMNS.map((column) => row[column])),
  );
}

/** One container in words. `whole` is `--no-trunc`. */
export function psRow(container: Container, now: number, whole: boolean): PsRow {
  const { config } = container;
  return {
    Command: commandOf(config.process.args, whole),
    CreatedAt: config.created,
    ID: shortId(config.id, whole),
    Image: config.image,
    Mounts: config.mounts.map((mount) => (mount.type === 'tmpfs' ? mount.target : mount.source)).join(','),
    Names: config.name,
    Networks: config.network,
    Ports: '',
    RunningFor: ago(config.created, now),
    State: stateOf(container),
    Status: statusOf(container, now),
  };
}

/** An id as Docker shows it: its first twelve digits. */
export function shortId(id: string, whole = false): string {
  return whole ? id : id.slice(0, 12);
}

/** Docker's word for its state: `restarting` for one that is about to be started again. */
export function stateOf(container: Container): ContainerState['status'] | 'restarting' {
  return awaitsRestart(container) ? 'restarting' : container.state.status;
}

/** `Up 5 seconds (Paused)`, `Exited (0) 3 minutes ago`, `Restarting (1) 2 seconds ago`, `Created`. */
export function statusOf(container: Container, now: number): string {
  const { status, startedAt, finishedAt, exitCode } = container.state;
  if (status === 'created') return 'Created';
  if (status === 'exited') {
    const word = awaitsRestart(container) ? 'Restarting' : 'Exited';
    return `${word} (${exitCode}) ${ago(finishedAt, now)}`;
  }
  const up = `Up ${humanDuration(now - Date.parse(startedAt))}`;
  return status === 'paused' ? `${up} (Paused)` : up;
}

const LONGEST_COMMAND = 20;

/** In quotes, so that control characters of an argument cannot reach the terminal; cut where it is long. */
function commandOf(args: readonly string[], whole: boolean): string {
  const characters = [...args.join(' ')];
  const isCut = !whole && characters.length > LONGEST_COMMAND;
  return literal(isCut ? `${characters.slice(0, LONGEST_COMMAND - 1).join('')}…` : characters.join(''));
}
