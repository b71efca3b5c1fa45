import { constants } from 'node:os';

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));
// Two names share a number; signal(7) and `kill -l` use these.
NAMES.set(6, 'SIGABRT').set(29, 'SIGIO').set(17, 'SIGCHLD').set(31, 'SIGSYS');

/** `SIGKILL` for 9; the number for one without a name (0, real-time signals). */
export function signalName(signal: number): string {
  return NAMES.get(signal) ?? String(signal);
}

const SIGRTMIN = 34;
const SIGRTMAX = 64;

/** Number of a signal: `SIGTERM`, `term`, `15`, `RTMIN+3`; undefined for what is none. */
export function signalNumber(value: string): number | undefined {
  const name = value.toUpperCase().replace(/^SIG/, '');
  const number = /^\d+$/.test(value) ? Number(value) : (named(name) ?? realTime(name));
  return number !== undefined && number >= 1 && number <= SIGRTMAX ? number : undefined;
}

function named(name: string): number | undefined {
  return constants.signals[`SIG${name}` as NodeJS.Signals];
}

/** The C library keeps the first two real-time signals to itself: signal(7). */
function realTime(name: string): number | undefined {
  const [, base, offset = '0'] = /^(RTMIN|RTMAX)([+-]\d+)?$/.exec(name) ?? [];
  if (base === undefined) return undefined;
  const number = (base === 'RTMIN' ? SIGRTMIN : SIGRTMAX) + Number(offset);
  return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined;
}
