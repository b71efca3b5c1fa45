const MINUTE = 60;
const HOUR = 3600;
const DAY = 24;

/** A span of time in Docker's words (go-units, HumanDuration): `5 seconds`, `About an hour`, `3 weeks`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds < MINUTE) return count(seconds, 'second');
  if (seconds < 2 * MINUTE) return 'About a minute';
  if (seconds < HOUR) return count(Math.floor(seconds / MINUTE), 'minute');
  return humanHours(Math.round(seconds / HOUR));
}

function humanHours(hours: number): string {
  if (hours === 1) return 'About an hour';
  if (hours < 2 * DAY) return count(hours, 'hour');
  if (hours < 14 * DAY) return count(Math.floor(hours / DAY), 'day');
  if (hours < 60 * DAY) return count(Math.floor(hours / DAY / 7), 'week');
  if (hours < 2 * 365 * DAY) return count(Math.floor(hours / DAY / 30), 'month');
  return count(Math.floor(hours / DAY / 365), 'year');
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

/** How long ago something was, at a moment given in milliseconds: `5 seconds ago`. */
export function ago(time: string, now: number): string {
  return `${humanDuration(now - Date.parse(time))} ago`;
}

/** A time as Go writes one (time.Time.String()), by the clock of this machine: `2026-11-29 02:58:27 +0000 UTC`. */
export function goTime(iso: string): string {
  const time = new Date(iso);
  const minutes = -time.getTimezoneOffset();
  const local = new Date(time.getTime() + minutes * 60_000).toISOString().replace('T', ' ').slice(0, 19);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `${minutes < 0 ? '-' : '+'}${two(hours)}${two(rest)}`;
  // Where it has no letters Go has the offset again.
  return `${local} ${offset} ${minutes === 0 ? 'UTC' : offset}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
