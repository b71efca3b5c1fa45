import { constants } from 'node:os';
import { UserError } from '../kernel/errors/user-error.js';

const SIGRTMIN = 34;
const SIGRTMAX = 64;

/** Number of a signal: `SIGTERM`, `term`, `15`, `RTMIN+3`. Throws UserError (2). */
export function parseSignal(value: string): number {
  const name = value.toUpperCase().replace(/^SIG/, '');
  const number = /^\d+$/.test(value) ? Number(value) : (named(name) ?? realTime(name));
  if (number !== undefined && number >= 1 && number <= SIGRTMAX) return number;
  throw new UserError(`invalid signal: ${value}`, 2, 'A name such as TERM or SIGTERM, or a number from 1 to 64.');
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
