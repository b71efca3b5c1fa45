import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { relative } from 'node:path';
import { formatPropagation, type Mount, readMountinfo } from './mountinfo.js';
import { readNamespaces } from './namespaces.js';
import { ifReadable } from './proc.js';
import { listProcesses } from './processes.js';

/** The parts of the host that labs must not change. */
export type Subject = 'mount' | 'cgroup' | 'process' | 'link' | 'namespace' | 'hostname';

/** The state of the host at a moment: for each subject, its objects by name. */
export type Snapshot = Readonly<Record<Subject, ReadonlyMap<string, string>>>;

/** A difference between two snapshots. */
export interface Change extends Difference<string> {
  readonly what: Subject;
}

/** A snapshot of the host as this process sees it. */
export function takeSnapshot(): Snapshot {
  const mounts = readMountinfo();
  return {
    mount: nameMounts(mounts),
    cgroup: findOurCgroups(mounts),
    process: nameProcesses(),
    link: nameLinks(),
    namespace: nameNamespaces(),
    hostname: new Map([['hostname', hostname()]]),
  };
}

/** The differences between two snapshots, by subject. */
export function diffSnapshots(before: Snapshot, after: Snapshot): Change[] {
  const subjects = Object.keys(before) as Subject[];
  return subjects.flatMap((what) => diffMaps(before[what], after[what]).map((difference) => ({ what, ...difference })));
}

/** Mounts by mount point, `/dev/pts (2)` for the second at the same place; the value is the rest of the line in mountinfo. */
export function nameMounts(mounts: readonly Mount[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const mount of mounts) {
    const layers = mounts.filter(({ mountPoint }) => mountPoint === mount.mountPoint);
    const layer = layers.indexOf(mount) + 1;
    named.set(layer === 1 ? mount.mountPoint : `${mount.mountPoint} (${layer})`, describeMount(mount));
  }
  return named;
}

function describeMount(mount: Mount): string {
  const place = `${mount.id} ${mount.parent} ${mount.device} ${mount.root} ${mount.options}`;
  return `${place} ${formatPropagation(mount)} - ${mount.fstype} ${mount.source} ${mount.superOptions}`;
}

// Other cgroups come and go with the host's services; ours all lie below a directory of this name.
const OURS = 'tslab';

function findOurCgroups(mounts: readonly Mount[]): Map<string, string> {
  const hierarchies = mounts.filter(({ fstype }) => fstype === 'cgroup' || fstype === 'cgroup2');
  const ours = hierarchies.flatMap(({ mountPoint, fstype }) =>
    directoriesBelow(mountPoint)
      .filter((path) => relative(mountPoint, path).includes(OURS))
      .map((path) => [path, fstype] as const),
  );
  return new Map(ours);
}

/** Directories that vanish meanwhile are left out. */
function directoriesBelow(path: string): string[] {
  const entries = ifReadable(() => readdirSync(path, { withFileTypes: true })) ?? [];
  const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
  return directories.flatMap((directory) => [directory, ...directoriesBelow(directory)]);
}

// `4790@105760`: pid and start time identify a process. Threads of the kernel are left out, since they start and end at any time.
function nameProcesses(): Map<string, string> {
  const programs = listProcesses().filter(({ kernelThread }) => !kernelThread);
  return new Map(programs.map(({ pid, startTime, comm }) => [`${pid}@${startTime}`, comm]));
}

function nameLinks(): Map<string, string> {
  const names = ifReadable(() => readdirSync('/sys/class/net')) ?? [];
  // With the index, so that a link that was removed and made again is a difference. `bonding_masters` is a file there, and has none.
  const indexed = names.map((name) => [name, readIfindex(name)] as const);
  return new Map(indexed.filter((entry): entry is [string, string] => entry[1] !== null));
}

function readIfindex(link: string): string | null {
  const text = ifReadable(() => readFileSync(`/sys/class/net/${link}/ifindex`, 'utf8'));
  return text === null ? null : `ifindex ${text.trim()}`;
}

function nameNamespaces(): Map<string, string> {
  const namespaces = Object.entries(readNamespaces('self'));
  return new Map(namespaces.map(([kind, inode]) => [kind, inode === null ? 'unreadable' : String(inode)]));
}

/** An entry that differs between two maps. */
export interface Difference<V> {
  readonly kind: 'appeared' | 'vanished' | 'changed';
  readonly name: string;
  readonly before?: V;
  readonly after?: V;
}

/** What vanished from, changed in, and appeared in a map, in this order. Values are compared with `===`. */
export function diffMaps<V extends string | number>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
): Difference<V>[] {
  const differences: Difference<V>[] = [];
  for (const [name, value] of before) {
    const now = after.get(name);
    if (now === undefined) differences.push({ kind: 'vanished', name, before: value });
    else if (now !== value) differences.push({ kind: 'changed', name, before: value, after: now });
  }
  for (const [name, value] of after) {
    if (!before.has(name)) differences.push({ kind: 'appeared', name, after: value });
  }
  return differences;
}
