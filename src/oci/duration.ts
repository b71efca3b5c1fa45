/** Durations as Go writes them (time.ParseDuration, Duration.String): `1h30m`, `1.5s`, `250ms`. */

/** Nanoseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3, // U+00B5
  μs: 1e3, // U+03BC
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** A number and what stands before the next one. */
const PART = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;

/** A duration of Go is an int64. */
const LONGEST = 2 ** 63;

/** A duration in nanoseconds. Throws Error with Go's message. */
export function parseDuration(text: string): number {
  const [, sign, parts = ''] = /^([+-]?)(.*)$/s.exec(text) as RegExpExecArray;
  if (parts === '0') return 0;
  const sum = sumOf(parts, text);
  if (parts === '' || sum >= LONGEST) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  return sign === '-' ? -sum : sum;
}

function sumOf(parts: string, text: string): number {
  let sum = 0;
  for (PART.lastIndex = 0; PART.lastIndex < parts.length; ) {
    const [, count, unit] = PART.exec(parts) ?? [];
    if (unit === undefined) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    if (!Object.hasOwn(UNITS, unit))
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    sum += Math.round(Number(count) * (UNITS[unit] as number));
  }
  return sum;
}

/** A duration of nanoseconds in Go's words: `1m30s`, `1.5s`, `250ms`, `0s`. */
export function renderDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e9) {
    const [unit, size] = nanoseconds < 1e3 ? ['ns', 1] : nanoseconds < 1e6 ? ['µs', 1e3] : ['ms', 1e6];
    return `${nanoseconds / size}${unit}`;
  }
  const [hours, minutes] = [Math.floor(nanoseconds / 3600e9), Math.floor(nanoseconds / 60e9)];
  const seconds = `${(nanoseconds - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) return seconds;
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}
