import { readFileSync } from 'node:fs';
import { textOf } from '../kernel/files/file-names.js';
import { type Pid, procPath } from './proc.js';

/** One line of /proc/PID/mountinfo, whole: proc_pid_mountinfo(5). */
export interface Mount {
  readonly id: number;
  /** Id of the mount that this one lies on; at the root of the mount tree that of a mount that is not listed. */
  readonly parent: number;
  /** `major:minor` of the filesystem's device. */
  readonly device: string;
  /** The directory of the filesystem that is seen here: not `/` for a bind mount of a part of it. */
  readonly root: string;
  /** Where it is mounted, as seen from the process's root directory. */
  readonly mountPoint: string;
  /** Options of this mount (`ro`, `nosuid`, …). */
  readonly options: readonly string[];
  readonly propagation: Propagation;
  readonly fstype: string;
  /** What mount(2) was told as source; may be empty. */
  readonly source: string;
  /** Options of the filesystem, the same in every place where it is mounted. */
  readonly superOptions: readonly string[];
}

/** Which mounts get copies of those made below this one: mount_namespaces(7). Private has none of the numbers and is not unbindable. */
export interface Propagation {
  /** Peer group that it sends events to and gets them from. */
  readonly shared?: number;
  /** Peer group that it only gets events from. */
  readonly master?: number;
  /** Nearest dominant peer group that the process can see, where it cannot see the master. */
  readonly propagateFrom?: number;
  readonly unbindable: boolean;
}

/** The mounts that a process sees. Throws ENOENT where it is gone, EACCES, EINVAL for a zombie. */
export function readMountinfo(pid: Pid = 'self'): Mount[] {
  return parseMountinfo(textOf(readFileSync(procPath(pid, 'mountinfo'))));
}

/** The mounts in the text of /proc/PID/mountinfo, in its order. Throws on a line that is not one of mountinfo. */
export function parseMountinfo(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(line: string): Mount {
  // A single space, not any run of them: an empty source stands between two.
  const fields = line.split(' ');
  const separator = fields.indexOf('-', FIRST_OPTIONAL_FIELD);
  const [id, parent, device, root, mountPoint, options] = fields.map(unescapeOctal);
  const [fstype, source, superOptions] = separator < 0 ? [] : fields.slice(separator + 1);
  if (!device || !root || !mountPoint || !options || !fstype || source === undefined || superOptions === undefined) {
    throw new Error(`Not a line of /proc/PID/mountinfo, see proc_pid_mountinfo(5): ${JSON.stringify(line)}`);
  }
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root,
    mountPoint,
    options: options.split(','),
    propagation: parsePropagation(fields.slice(FIRST_OPTIONAL_FIELD, separator)),
    fstype: unescapeOctal(fstype),
    source: unescapeOctal(source),
    // Split first: a comma inside an option is written \054.
    superOptions: superOptions.split(',').map(unescapeOctal),
  };
}

/** Zero or more `tag[:value]` fields stand between the sixth field and the lone hyphen. */
const FIRST_OPTIONAL_FIELD = 6;

function parsePropagation(fields: readonly string[]): Propagation {
  const tags = new Map(fields.map(splitTag));
  return {
    ...peerGroup('shared', tags.get('shared')),
    ...peerGroup('master', tags.get('master')),
    ...peerGroup('propagateFrom', tags.get('propagate_from')),
    unbindable: tags.has('unbindable'),
  };
}

function splitTag(field: string): [tag: string, value: string | undefined] {
  const [tag = '', value] = field.split(':');
  return [tag, value];
}

function peerGroup(key: 'shared' | 'master' | 'propagateFrom', value: string | undefined): Partial<Propagation> {
  return value === undefined ? {} : { [key]: Number(value) };
}

// The kernel writes space, tab, newline and backslash as \040 \011 \012 \134, so that a line can be split. These are
// bytes, not characters: a run of them is decoded together, or a UTF-8 sequence would come out as several letters.
function unescapeOctal(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replace(/(?:\\[0-3][0-7]{2})+/g, (run) => {
    const bytes = run.slice(1).split('\\');
    return Buffer.from(bytes.map((octal) => Number.parseInt(octal, 8))).toString('utf8');
  });
}

/** Propagation as mountinfo writes it: `shared:1`, `shared:2 master:1`, `unbindable`; `private`, which it leaves out. */
export function formatPropagation({ propagation }: Pick<Mount, 'propagation'>): string {
  const { shared, master, propagateFrom, unbindable } = propagation;
  const tags = [
    shared === undefined ? '' : `shared:${shared}`,
    master === undefined ? '' : `master:${master}`,
    propagateFrom === undefined ? '' : `propagate_from:${propagateFrom}`,
    unbindable ? 'unbindable' : '',
  ];
  return tags.filter((tag) => tag !== '').join(' ') || 'private';
}

/**
 * The visible mount at a mount point: the top-most where several lie on each other.
 *
 * A mount that covers another has it as its parent and the same mount point. The order of lines does not tell:
 * move_mount(MOVE_MOUNT_BENEATH, Linux 6.5) puts a newer mount below an older one.
 */
export function findMount(mounts: readonly Mount[], path: string): Mount | undefined {
  const here = mounts.filter((mount) => mount.mountPoint === path);
  const covered = new Set(here.filter((mount) => mount.parent !== mount.id).map((mount) => mount.parent));
  return here.findLast((mount) => !covered.has(mount.id));
}

/** The mount that a path lies in: of those whose mount point is above it the nearest, and of several there the last. */
export function mountAround(mounts: readonly Mount[], path: string): Mount {
  const above = mounts.filter(({ mountPoint }) => `${path}/`.startsWith(`${mountPoint}/`.replace('//', '/')));
  return above.reduce((best, mount) => (mount.mountPoint.length >= best.mountPoint.length ? mount : best));
}
