import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { SyscallMade } from '../../../src/lab/events.js';
import { runDirectory } from '../../../src/state/directories.js';

/** What a client asks, one JSON object a line. */
export type Request =
  | { readonly op: 'start'; readonly id: string; readonly trace?: boolean }
  | { readonly op: 'adopt' };

/** The answer: done, or why not and the exit status that a client should end with; and the system calls, if they were asked for. */
export type Reply = (Done | Failed) & { readonly calls?: readonly SyscallMade[] };

interface Done {
  readonly ok: true;
}

interface Failed {
  readonly ok: false;
  readonly message: string;
  readonly status: 125 | 126 | 127;
}

/** One supervisor for each state directory listens here; the directory is 0700, the socket 0600. */
export function socketPath(): string {
  return join(runDirectory(), 'supervisor.sock');
}

/** A path of a socket has at most 107 bytes (unix(7)). */
const LONGEST = 107;

/** Does something with the socket's path, or with a shorter one that means the same: through a descriptor of its directory. */
export function withSocketPath<T>(work: (path: string) => T): T {
  const path = socketPath();
  if (Buffer.byteLength(path) <= LONGEST) return work(path);
  const directory = openSync(runDirectory(), 'r');
  try {
    return work(`/proc/self/fd/${directory}/supervisor.sock`);
  } finally {
    closeSync(directory);
  }
}

/** Held by the supervisor for as long as it lives. */
export function lockPath(): string {
  return join(runDirectory(), 'supervisor.lock');
}

/** Held by the client that starts one, so that of many only one does. */
export function startLockPath(): string {
  return join(runDirectory(), 'supervisor.start');
}

/** Its standard output and error: bugs end up here. */
export function logPath(): string {
  return join(runDirectory(), 'supervisor.log');
}
