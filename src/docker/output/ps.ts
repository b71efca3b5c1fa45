import { sizer } from '../../container/files/sizes.js';
import { healthOf } from '../../container/health/health-file.js';
import type { Labels, MountConfig } from '../../container/record.js';
import { awaitsRestart, type ContainerState } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import { literal } from '../../kernel/render.js';
import { networksOf } from '../networks-of.js';
import { shownPorts } from '../ports.js';
import { ago, goTime, humanDuration } from './durations.js';
import type { Headings } from './format.js';
import { portList } from './ports.js';
import { decimalSize } from './sizes.js';
import { renderTable } from './table.js';

/** A line of `tslab ps`, with Docker's names: what `--format json` prints. */
export interface PsRow {
  readonly Command: string;
  readonly CreatedAt: string;
  readonly ID: string;
  readonly Image: string;
  /** The value of one of its labels: `{{.Label "key"}}`. */
  readonly Label: (key: string) => string;
  readonly Labels: string;
  readonly LocalVolumes: string;
  readonly Mounts: string;
  readonly Names: string;
  readonly Networks: string;
  readonly Ports: string;
  readonly RunningFor: string;
  /** Measured when it is asked for: that takes as long as the container has files. */
  readonly Size: string;
  readonly State: string;
  readonly Status: string;
}

/** Docker's headings. */
export const PS_HEADINGS: Headings<PsRow> = {
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Labels: 'LABELS',
  LocalVolumes: 'LOCAL VOLUMES',
  Mounts: 'MOUNTS',
  Names: 'NAMES',
  Networks: 'NETWORKS',
  Ports: 'PORTS',
  RunningFor: 'CREATED',
  Size: 'SIZE',
  State: 'STATE',
  Status: 'STATUS',
};

const COLUMNS = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'] as const;

/** The table of containers, as `docker ps` prints it: with `-s` their sizes. */
export function renderPs(rows: readonly PsRow[], sizes = false): string {
  const columns = sizes ? ([...COLUMNS, 'Size'] as const) : COLUMNS;
  const cells = (row: Headings<PsRow>) => columns.map((column) => row[column]);
  return renderTable(cells(PS_HEADINGS), rows.map(cells));
}

/** Containers in words, at a moment (milliseconds). `whole` is `--no-trunc`. */
export function psRows(containers: readonly Container[], now: number, whole: boolean): PsRow[] {
  const sizesOf = sizer();
  return containers.map((container) => psRow(container, sizesOf, { now, whole }));
}

type Showing = { readonly now: number; readonly whole: boolean };

function psRow(container: Container, sizesOf: ReturnType<typeof sizer>, { now, whole }: Showing): PsRow {
  const { config } = container;
  return {
    Command: commandOf(config.process.args, whole),
    CreatedAt: goTime(config.created),
    ID: shortId(config.id, whole),
    Image: config.image,
    Label: (key) => (Object.hasOwn(config.labels, key) ? (config.labels[key] as string) : ''),
    Labels: labelList(config.labels),
    LocalVolumes: `${config.mounts.filter(({ type }) => type === 'volume').length}`,
    Mounts: config.mounts.flatMap((mount) => mountName(mount, whole)).join(','),
    Names: config.name,
    Networks: networksOf(config).join(','),
    Ports: portList(shownPorts(container)),
    RunningFor: ago(config.created, now),
    get Size() {
      const { written, all } = sizesOf(container);
      return `${decimalSize(written, 3)} (virtual ${decimalSize(all, 3)})`;
    },
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

/** `Up 5 seconds (healthy)`, `Up 5 seconds (Paused)`, `Exited (0) 3 minutes ago`, `Restarting (1) 2 seconds ago`, `Created`. */
export function statusOf(container: Container, now: number): string {
  const { status, startedAt, finishedAt, exitCode } = container.state;
  if (status === 'created') return 'Created';
  if (status === 'exited') {
    const word = awaitsRestart(container) ? 'Restarting' : 'Exited';
    return `${word} (${exitCode}) ${ago(finishedAt, now)}`;
  }
  const up = `Up ${humanDuration(now - Date.parse(startedAt))}`;
  if (status === 'paused') return `${up} (Paused)`;
  const health = healthOf(container)?.status;
  return health === undefined ? up : `${up} (${health === 'starting' ? 'health: starting' : health})`;
}

const LONGEST_COMMAND = 20;
const LONGEST_MOUNT = 15;

/**
 * In quotes, so that control characters of an argument cannot reach the terminal; cut where it is long. Arguments with a space
 * have quotes of their own (moby, transform in container/view.go).
 */
function commandOf(args: readonly string[], whole: boolean): string {
  const [program = '', ...rest] = args;
  const words = rest.map((word) => (word.includes(' ') ? `'${word}'` : word));
  return literal(cut([program, ...words].join(' '), whole, LONGEST_COMMAND));
}

/** A volume by its name, a bind mount by its source; a tmpfs has neither. */
function mountName(mount: MountConfig, whole: boolean): string[] {
  if (mount.type === 'tmpfs') return [];
  return [cut(mount.type === 'volume' ? mount.name : mount.source, whole, LONGEST_MOUNT)];
}

function cut(text: string, whole: boolean, longest: number): string {
  const characters = [...text];
  return whole || characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** `a=1,b=2`, in the order of the keys. */
export function labelList(labels: Labels): string {
  const list = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return list.sort().join(',');
}
