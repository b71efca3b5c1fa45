import { join } from 'node:path';
import { runDirectory } from '../../../src/state/directories.js';

/** What a client asks, one JSON object a line. */
export type Request = { readonly op: 'start'; readonly id: string } | { readonly op: 'adopt' };

/** The answer: done, or why not and the exit status that a client should end with. */
export type Reply = { readonly ok: true } | { readonly ok: false; readonly message: string; readonly status: number };

/** One supervisor for each state directory listens here; the directory is 0700, the socket 0600. */
export function socketPath(): string {
  return join(runDirectory(), 'supervisor.sock');
}

/** Held by the supervisor for as long as it lives. */
export function lockPath(): string {
  return join(runDirectory(), 'supervisor.lock');
}

/** Its standard output and error: bugs end up here. */
export function logPath(): string {
  return join(runDirectory(), 'supervisor.log');
}
