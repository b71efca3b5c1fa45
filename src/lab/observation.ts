import { readFileSync } from 'node:fs';
import type { Child } from '../kernel/process.js';
import { recordErrno } from '../kernel/render.js';
import type { Observation } from './events.js';

export type { Observation };

/** What a file says to the host. */
export function hostFile(path: string): Observation {
  return { from: 'host', path, value: readOrNull(path) };
}

/** The lines of a host's file that match, such as `NSpid` in /proc/PID/status. */
export function hostLines(path: string, pattern: RegExp): Observation {
  const text = readOrNull(path);
  const lines = text?.split('\n').filter((line) => pattern.test(line));
  return { from: 'host', path, value: lines?.join('\n') ?? null };
}

/** What something other than one file said: a link's target, a count, the output of a command. */
export function observed(from: Observation['from'], path: string, value: string | number | null): Observation {
  return { from, path, value: value === null ? null : String(value) };
}

/** The errno of the first call of this name that the kernel refused to a process before its program began; null: it refused none. */
export function errnoOf(child: Child, name: string): string | null {
  const made = child.trace().filter(({ call }) => call.name === name);
  return made.map(recordErrno).find((errno) => errno !== undefined) ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return null;
  }
}
