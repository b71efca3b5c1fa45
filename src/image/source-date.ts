import { UserError } from '../kernel/errors/user-error.js';

/** The last second of year 9999: what a time in a config can say. */
const LAST = 253_402_300_799;

/**
 * Seconds since 1970 that SOURCE_DATE_EPOCH says: no time in what is made is later, so that the same source makes the same bytes
 * (reproducible-builds.org/specs/source-date-epoch). Undefined where it is not set. Throws UserError (2).
 */
export function sourceDate(): number | undefined {
  const text = process.env.SOURCE_DATE_EPOCH;
  if (!text) return undefined;
  if (/^\d{1,12}$/.test(text) && Number(text) <= LAST) return Number(text);
  throw new UserError(
    `SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, which is no number of seconds since 1970`,
    2,
    'Such as SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)',
  );
}

/** The time that is noted of what is made now: `2026-11-29T12:00:00Z`. Throws UserError (2). */
export function timeOfMaking(): string {
  const seconds = sourceDate();
  return new Date(seconds === undefined ? Date.now() : seconds * 1000).toISOString();
}
