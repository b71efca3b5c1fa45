import { readdirSync } from 'node:fs';
import { parseMountinfo } from './mountinfo.js';
import { ifReadable, procPath, readLink, readProc } from './proc.js';

/** What keeps a namespace beside the processes in it: a mount of its file, or an open descriptor of that (namespaces(7)). */
export interface Keeper {
  /** As /proc/PID/ns has it: `net:[4026532008]`. */
  readonly link: string;
  /** A process that sees the mount, or has the descriptor. */
  readonly pid: number;
  /** The mount point, as that process sees it. */
  readonly mountPoint?: string;
  readonly fd?: number;
}

/** Where the file can be opened. */
export function pathOf({ pid, mountPoint, fd }: Keeper): string {
  return procPath(pid, mountPoint === undefined ? `fd/${fd}` : `root${mountPoint}`);
}

/** Files of namespaces that are mounted where a process sees them, as `ip netns add` does: the filesystem is called nsfs. */
export function mountedNamespaces(pid: number): Keeper[] {
  const lines = readMounts(pid).split('\n');
  const mounts = parseMountinfo(lines.filter((line) => line.includes(' - nsfs ')).join('\n'));
  return mounts.map(({ root, mountPoint }) => ({ link: root, pid, mountPoint }));
}

/** A zombie has no mounts: EINVAL (fs/proc_namespace.c). */
function readMounts(pid: number): string {
  try {
    return readProc(pid, 'mountinfo') ?? '';
  } catch {
    return '';
  }
}

/** Files of namespaces that a process has open. */
export function openNamespaces(pid: number): Keeper[] {
  const fds = ifReadable(() => readdirSync(procPath(pid, 'fd'))) ?? [];
  return fds.flatMap((fd) => {
    const link = readLink(pid, `fd/${fd}`);
    return link !== null && /^[a-z]+:\[\d+\]$/.test(link) ? [{ link, pid, fd: Number(fd) }] : [];
  });
}
