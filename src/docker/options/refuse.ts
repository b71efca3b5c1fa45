import { UserError } from '../../kernel/errors/user-error.js';

/** A value that an option does not take: which, and what it takes. */
export function invalid(option: string, value: string, allowed: string): UserError {
  return new UserError(`invalid argument ${JSON.stringify(value)} for ${option}: ${allowed}`, 2);
}

/** A whole number from `least` on, as an option takes it. Throws UserError (2). */
export function wholeNumber(option: string, value: string, least: number): number {
  const number = Number(value);
  const fits = /^-?\d+$/.test(value) && Number.isSafeInteger(number) && number >= least;
  if (!fits) throw invalid(option, value, `a whole number, at least ${least}`);
  return number;
}
