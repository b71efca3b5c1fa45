import { type Pid, readLink, readProc } from './proc.js';
import { listProcesses, type Process } from './processes.js';

/** The links in /proc/PID/ns, one a kind of namespace: namespaces(7). */
export const NAMESPACE_KINDS = [
  'cgroup',
  'ipc',
  'mnt',
  'net',
  'pid',
  'pid_for_children',
  'time',
  'time_for_children',
  'user',
  'uts',
] as const;

export type NamespaceKind = (typeof NAMESPACE_KINDS)[number];

/**
 * The inode number of each namespace that a process is in.
 *
 * Null: this kernel lacks the kind, the process is gone or may not be looked at (ptrace(2) access is needed). It is also
 * what `pid_for_children` says after unshare(CLONE_NEWPID) until the first child is born and becomes PID 1.
 */
export type Namespaces = Record<NamespaceKind, number | null>;

/** The namespaces of a process, as the links in /proc/PID/ns give them. */
export function readNamespaces(pid: Pid): Namespaces {
  const entries = NAMESPACE_KINDS.map((kind) => [kind, readNamespace(pid, kind)] as const);
  return Object.fromEntries(entries) as Namespaces;
}

/** The inode number of one namespace of a process; null as in {@link Namespaces}. */
export function readNamespace(pid: Pid, kind: NamespaceKind): number | null {
  const link = readLink(pid, `ns/${kind}`);
  return link === null ? null : parseNamespaceLink(link);
}

/** The inode number in the text of a link: 4026531836 in `pid:[4026531836]`. */
export function parseNamespaceLink(link: string): number | null {
  const inode = /^\w+:\[(\d+)\]$/.exec(link)?.[1];
  return inode === undefined ? null : Number(inode);
}

/** The processes of a pid namespace, as the caller's /proc has them. */
export function processesIn(namespace: number | null): Process[] {
  return listProcesses().filter(({ pid }) => readNamespace(pid, 'pid') === namespace);
}

/**
 * The process's number in each pid namespace, from that of the /proc that was read to the innermost: pid_namespaces(7).
 *
 * Takes the text of /proc/PID/status; empty before Linux 4.1, which had no `NSpid`.
 */
export function parseNspid(statusText: string): number[] {
  const numbers = /^NSpid:(.*)$/m.exec(statusText)?.[1] ?? '';
  return (numbers.match(/\d+/g) ?? []).map(Number);
}

/** {@link parseNspid} of a live process; null where it is gone. */
export function readNspid(pid: Pid): number[] | null {
  const text = readProc(pid, 'status');
  return text === null ? null : parseNspid(text);
}
