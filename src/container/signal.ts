import { UserError } from '../kernel/errors/user-error.js';
import { signalNumber } from '../kernel/signal-names.js';

/** Number of a signal: `SIGTERM`, `term`, `15`, `RTMIN+3`. Throws UserError (2). */
export function parseSignal(value: string): number {
  const number = signalNumber(value);
  if (number !== undefined) return number;
  throw new UserError(`invalid signal: ${value}`, 2, 'A name such as TERM or SIGTERM, or a number from 1 to 64.');
}
