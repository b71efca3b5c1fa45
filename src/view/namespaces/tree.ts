import type { NamespaceType } from '../../procfs/namespace-relations.js';
import type { Screen } from '../terminal/screen.js';
import { visibleLine } from '../text/visible.js';
import { wrap } from '../text/wrap.js';
import type { NamespaceRow } from './rows.js';
import { formatTable } from './table.js';

/** Namespaces as a tree: pid and user namespaces below their parents, the others below the user namespace that owns them. */
export function renderNamespaces(rows: readonly NamespaceRow[], hidden: number, screen: Screen): string[] {
  const { headings, hiddenProcesses } = screen.words.namespaces;
  const table = lay(rows, screen).map(({ row, branch }) => cellsOf(row, branch, screen));
  const numbers = [headings.processes, headings.first];
  const titles = [
    headings.namespace,
    ...numbers,
    ...ownerIfRoom(headings.owner, screen),
    headings.whose,
    headings.command,
  ];
  const note = hidden === 0 ? [] : ['', ...wrap([{ text: hiddenProcesses(hidden) }], screen.width)];
  return [...formatTable([titles, ...table], RIGHT, screen), ...note];
}

/** Below so many columns the one of owners is left out. */
const WITH_OWNER = 80;

function ownerIfRoom(cell: string, { width }: Screen): string[] {
  return width < WITH_OWNER ? [] : [cell];
}

/** Numbers are aligned on the right. */
const RIGHT = [1, 2];

/** The order below a user namespace: those that it owns, then those inside it. */
const ORDER: readonly NamespaceType[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'uts', 'user'];

interface Laid {
  readonly row: NamespaceRow;
  /** What leads to it: `│  └─ `. */
  readonly branch: string;
}

interface Joints {
  readonly middle: string;
  readonly last: string;
  readonly bar: string;
}

const UNICODE: Joints = { middle: '├─ ', last: '└─ ', bar: '│  ' };
const ASCII: Joints = { middle: '|- ', last: '`- ', bar: '|  ' };

function lay(rows: readonly NamespaceRow[], { unicode }: Screen): Laid[] {
  const inodes = new Set(rows.map(({ inode }) => inode));
  const below = new Map<number | null, NamespaceRow[]>();
  for (const row of rows) below.set(placeOf(row, inodes), [...(below.get(placeOf(row, inodes)) ?? []), row]);
  const joints = unicode ? UNICODE : ASCII;
  return sorted(below.get(null)).flatMap((row) => [{ row, branch: '' }, ...layBelow(row, '', { below, joints })]);
}

interface Forest {
  readonly below: ReadonlyMap<number | null, readonly NamespaceRow[]>;
  readonly joints: Joints;
}

function layBelow({ inode }: NamespaceRow, indent: string, forest: Forest): Laid[] {
  const { below, joints } = forest;
  return sorted(below.get(inode)).flatMap((row, i, all) => {
    const isLast = i === all.length - 1;
    const branch = indent + (isLast ? joints.last : joints.middle);
    return [{ row, branch }, ...layBelow(row, indent + (isLast ? '   ' : joints.bar), forest)];
  });
}

/** The inode that it stands below; null at the top. */
function placeOf({ type, owner, parent }: NamespaceRow, inodes: ReadonlySet<number>): number | null {
  const places = type === 'pid' ? [parent, owner] : [owner];
  return places.find((inode) => inode !== null && inodes.has(inode)) ?? null;
}

/** By type; those of the host first. */
function sorted(rows: readonly NamespaceRow[] = []): NamespaceRow[] {
  const rank = ({ type, isHosts }: NamespaceRow) => ORDER.indexOf(type) * 2 + (isHosts ? 0 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b) || a.inode - b.inode);
}

function cellsOf(row: NamespaceRow, branch: string, screen: Screen): string[] {
  const { type, inode, processes, pid, ownerUid } = row;
  const owner = ownerUid === null ? '' : screen.words.namespaces.madeBy(ownerUid);
  const numbers = [`${processes}`, `${pid ?? ''}`];
  return [
    `${branch}${type} ${inode}`,
    ...numbers,
    ...ownerIfRoom(owner, screen),
    whoseOf(row, screen),
    programOf(row, screen),
  ];
}

function whoseOf({ isHosts, containers }: NamespaceRow, { words: { namespaces, comma } }: Screen): string {
  return isHosts ? namespaces.whose.host : visibleLine(containers.join(comma));
}

/** The command of its first process; without one what keeps it. */
function programOf({ command, pid, keptBy }: NamespaceRow, { words: { namespaces, comma } }: Screen): string {
  if (pid !== null) return visibleLine(command ?? '');
  const [first] = keptBy;
  return first === undefined ? namespaces.keptBelow : namespaces.keptBy(visibleLine(keptBy.join(comma)));
}
