/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Lines of a table: columns as wide as they must be, all but the first aligned to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}

/** A figure that has to be reached, or without `most` and `least` is only told. */
export interface Target {
  readonly what: string;
  readonly ratio: number;
  /** The ratio must not be above (`most`) or below (`least`) this. */
  readonly most?: number;
  readonly least?: number;
}

export function isReached({ ratio, most = Infinity, least = -Infinity }: Target): boolean {
  return ratio <= most && ratio >= least;
}

/** `reached  tslab list against node -e 0: 1.21 (at most 1.3)` */
export function renderTarget(target: Target): string {
  const { most, least } = target;
  if (most === undefined && least === undefined) return `told     ${target.what}: ${target.ratio.toFixed(2)}`;
  const limit = most === undefined ? `at least ${least}` : `at most ${most}`;
  return `${isReached(target) ? 'reached' : 'MISSED '}  ${target.what}: ${target.ratio.toFixed(2)} (${limit})`;
}

/** Tells of a target; where it is missed, the program ends with 1. */
export function report(target: Target): void {
  console.log(renderTarget(target));
  if (!isReached(target)) process.exitCode = 1;
}
