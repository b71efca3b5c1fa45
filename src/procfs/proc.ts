import { readFileSync } from 'node:fs';
import { linkTarget, textOf } from '../kernel/files/file-names.js';

/** A process: its number as this process's /proc counts, or this process itself. */
export type Pid = number | 'self';

/** The path of a file of a process: `procPath(1, 'ns/pid')` is `/proc/1/ns/pid`. */
export function procPath(pid: Pid, file: string): string {
  return `/proc/${pid}/${file}`;
}

/** The text of a process's file; null where the process is gone or may not be looked at. */
export function readProc(pid: Pid, file: string): string | null {
  return ifReadable(() => textOf(readFileSync(procPath(pid, file))));
}

/** Where a link of a process leads (`root`, `exe`, `ns/pid`); null where the process is gone or may not be looked at. */
export function readLink(pid: Pid, link: string): string | null {
  return ifReadable(() => linkTarget(procPath(pid, link)));
}

/** What `read` returns; null where what it reads is gone or forbidden. Other errors pass. */
export function ifReadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (UNREADABLE.has((error as NodeJS.ErrnoException).code)) return null;
    throw error;
  }
}

// The kernel's files represent live objects, which may end between two calls: a process that dies after open() makes
// read() say ESRCH, a removed cgroup says ENODEV. With hidepid (proc(5)) other users' processes are EPERM or ENOENT.
const UNREADABLE = new Set<string | undefined>(['ENOENT', 'ESRCH', 'ENODEV', 'EACCES', 'EPERM']);
