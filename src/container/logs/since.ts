import { UserError } from '../../kernel/errors/user-error.js';
import { parseDuration } from '../../oci/duration.js';

/** A date, with an optional time and zone. */
const DATE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A moment in milliseconds since 1970, as Docker's `--since` and `--until` take it: a duration before `now` (`10m`, `1h30m`; after it
 * with a minus), a time of RFC 3339 or the start of one, here where it names no zone, or seconds since 1970. Throws UserError (2) for
 * anything else.
 */
export function parseMoment(option: string, text: string, now: number): number {
  const moment = beforeNow(text, now) ?? seconds(text) ?? date(text);
  if (!Number.isNaN(moment)) return moment;
  throw new UserError(
    `${option} ${JSON.stringify(text)} is not a time`,
    2,
    'Give how long ago (10m, 1h30m), a time of RFC 3339 (2026-01-31T12:00:00Z), or seconds since 1970.',
  );
}

function beforeNow(text: string, now: number): number | undefined {
  try {
    return text === '0' ? undefined : now - parseDuration(text) / 1e6;
  } catch {
    return undefined;
  }
}

function seconds(text: string): number | undefined {
  const moment = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Number.POSITIVE_INFINITY;
  return moment <= LAST ? moment : undefined;
}

/** The last moment that a Date can be: ECMA-262, "Time Values and Time Range". */
const LAST = 8.64e15;

/** Not all that Date.parse() takes: it would find a month in `x 10`. */
function date(text: string): number {
  const [, day, hour = '00', minute = '00', second = '00', fraction = '', zone = ''] = DATE.exec(text) ?? [];
  return day === undefined ? Number.NaN : Date.parse(`${day}T${hour}:${minute}:${second}${fraction}${zone}`);
}
