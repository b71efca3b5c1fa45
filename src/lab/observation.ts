import { readFileSync } from 'node:fs';

/** What somebody saw: who looked, where, and what it said. Null: it does not exist. */
export interface Sight {
  readonly from: 'host' | 'container';
  readonly path: string;
  readonly value: string | null;
}

/** What a file says to the host. */
export function hostFile(path: string): Sight {
  return { from: 'host', path, value: readOrNull(path) };
}

/** The lines of a host's file that match, such as `NSpid` in /proc/PID/status. */
export function hostLines(path: string, pattern: RegExp): Sight {
  const text = readOrNull(path);
  const lines = text?.split('\n').filter((line) => pattern.test(line));
  return { from: 'host', path, value: lines?.join('\n') ?? null };
}

/** What something other than one file said: a link's target, a count, the output of a command. */
export function seen(from: Sight['from'], path: string, value: string | number | null): Sight {
  return { from, path, value: value === null ? null : String(value) };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return null;
  }
}
