import { UserError } from '../../kernel/errors/user-error.js';

/** A value that an option does not take: which, and what it takes. The first words are those of docker's pflag. */
export function invalid(option: string, value: string, allowed: string): UserError {
  return new UserError(`invalid argument ${JSON.stringify(value)} for "${option}" flag: ${allowed}`, 2);
}

/** A whole number, from `least` on where that is given, as an option takes it. Throws UserError (2). */
export function wholeNumber(option: string, value: string, least?: number): number {
  const number = Number(value);
  const fits = /^-?\d+$/.test(value) && Number.isSafeInteger(number) && number >= (least ?? number);
  if (!fits) throw invalid(option, value, `a whole number${least === undefined ? '' : `, at least ${least}`}`);
  return number;
}

/** A time before a SIGKILL. Throws UserError (2). */
export function parseSeconds(option: string, value: string): number {
  const seconds = Number(value);
  if (/^(-1|\d+)$/.test(value) && Number.isSafeInteger(seconds)) return seconds;
  throw invalid(option, value, 'whole seconds, or -1');
}
