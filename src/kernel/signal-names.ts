import { constants } from 'node:os';

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));
// Two names share a number; signal(7) and `kill -l` use these.
NAMES.set(6, 'SIGABRT').set(29, 'SIGIO').set(17, 'SIGCHLD').set(31, 'SIGSYS');

/** `SIGKILL` for 9; the number for one without a name (0, real-time signals). */
export function signalName(signal: number): string {
  return NAMES.get(signal) ?? String(signal);
}
