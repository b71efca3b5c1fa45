import { UserError } from '../kernel/user-error.js';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * A moment in milliseconds since 1970, as `--since` takes it: so long before `now` (`10m`, `1h30m`), a time of RFC 3339 or
 * the start of one, or seconds since 1970. Throws UserError (2) for anything else.
 */
export function parseSince(text: string, now: number): number {
  const moment = beforeNow(text, now) ?? seconds(text) ?? date(text);
  if (!Number.isNaN(moment)) return moment;
  throw new UserError(
    `--since ${JSON.stringify(text)} is not a time`,
    2,
    'Give how long ago (10m, 1h30m), or a time of RFC 3339 (2026-01-31T12:00:00Z).',
  );
}

function beforeNow(text: string, now: number): number | undefined {
  if (!/^(\d+(\.\d+)?[smh])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)([smh])/g)];
  return now - parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

function seconds(text: string): number | undefined {
  return /^\d{9,}(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
}

/** Not all that Date.parse() takes: it would find a month in `10`. */
function date(text: string): number {
  return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
}
