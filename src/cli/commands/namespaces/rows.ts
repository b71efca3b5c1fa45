import { readCommandLine } from '../../../procfs/command-line.js';
import type { Keeper } from '../../../procfs/namespace-keepers.js';
import { NAMESPACE_TYPES, type NamespaceType } from '../../../procfs/namespace-relations.js';
import type { Namespace, NamespaceTable } from '../../../procfs/namespace-table.js';
import { readNamespace } from '../../../procfs/namespaces.js';
import type { NamespaceRow, Whose, WhoseRow } from '../../../view/namespaces/rows.js';
import { runningContainers, type Target } from './target.js';

/** All namespaces of the table, with whose they are; containers by name. */
export function rowsOf({ namespaces }: NamespaceTable): NamespaceRow[] {
  const names = namesByInode(runningContainers());
  return [...namespaces.values()].map((one) => rowOf(one, names.get(one.inode) ?? [], namespaces));
}

function rowOf(
  { type, inode, pids, keepers, relations }: Namespace,
  containers: readonly string[],
  all: NamespaceTable['namespaces'],
): NamespaceRow {
  const isHosts = readNamespace('self', type) === inode;
  const [pid = null] = pids;
  return {
    type,
    inode,
    ...ownerOf(relations, all),
    parent: relations?.parent ?? null,
    processes: pids.length,
    pid,
    command: pid === null ? null : readCommandLine(pid),
    isHosts,
    containers: isHosts ? [] : containers,
    keptBy: keepers.map(describeKeeper),
  };
}

/** By ioctl_ns(2) only a user namespace has an owner's uid: of others it is that of the user namespace that owns them. */
function ownerOf(
  relations: Namespace['relations'],
  all: NamespaceTable['namespaces'],
): Pick<NamespaceRow, 'owner' | 'ownerUid'> {
  const owner = relations?.owner ?? null;
  const above = owner === null ? undefined : all.get(owner)?.relations;
  return { owner, ownerUid: relations?.ownerUid ?? (relations?.type === 'user' ? null : (above?.ownerUid ?? null)) };
}

/** `/run/netns/blue`, or a descriptor by its path in /proc. */
function describeKeeper({ pid, mountPoint, fd }: Keeper): string {
  return mountPoint ?? `/proc/${pid}/fd/${fd}`;
}

function namesByInode(containers: readonly Target[]): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const { name, pid } of containers.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))) {
    for (const type of NAMESPACE_TYPES) {
      const inode = readNamespace(pid, type);
      if (inode !== null) names.set(inode, [...(names.get(inode) ?? []), name]);
    }
  }
  return names;
}

/** The namespaces of one container or process, one of each type, and with whom it shares them. */
export function whoseRows(target: Target, { namespaces }: NamespaceTable): WhoseRow[] {
  const names = namesByInode(runningContainers());
  return NAMESPACE_TYPES.map((type) => {
    const inode = readNamespace(target.pid, type);
    const found = inode === null ? undefined : namespaces.get(inode);
    const whose = whoseIs(target, type, { inode, pids: found?.pids ?? [], containers: names.get(inode ?? 0) ?? [] });
    return { type, inode, ...ownerOf(found?.relations, namespaces), processes: found?.pids.length ?? 0, ...whose };
  });
}

interface Members {
  readonly inode: number | null;
  readonly pids: readonly number[];
  readonly containers: readonly string[];
}

/** A process that came first in a namespace is taken for the one that it was made for. */
function whoseIs(
  { name, pid, isContainer }: Target,
  type: NamespaceType,
  { inode, pids, containers }: Members,
): { readonly whose: Whose; readonly sharedWith: readonly string[] } {
  if (inode === null) return { whose: 'missing', sharedWith: [] };
  if (inode === readNamespace('self', type)) return { whose: 'host', sharedWith: [] };
  const others = containers.filter((one) => one !== name);
  if (others.length > 0) return { whose: 'shared', sharedWith: others };
  const [first = pid] = pids;
  if (isContainer || first === pid) return { whose: 'own', sharedWith: [] };
  return { whose: 'shared', sharedWith: [`${first} (${readCommandLine(first) ?? ''})`] };
}
