const EIGHTHS = ' ▁▂▃▄▅▆▇█';
const ASCII_EIGHTHS = ' ..--==##';
const ROWS = 4;
const WIDEST_SAMPLE = 4;

/** A series in one line, from zero to its greatest value; no sample is blank. */
export function sparkline(series: readonly number[], unicode: boolean): string {
  const blocks = unicode ? EIGHTHS : ASCII_EIGHTHS;
  return scale(series, 8)
    .map((height) => blocks[Math.max(1, height)])
    .join('');
}

/** A series as four rows of blocks, from zero to its greatest value, at most `width` columns wide. */
export function plot(series: readonly number[], width: number, unicode: boolean): string[] {
  const blocks = unicode ? EIGHTHS : ASCII_EIGHTHS;
  const heights = scale(fitTo(series, Math.max(1, width)), ROWS * 8);
  const rows = Array.from({ length: ROWS }, (_, index) => ROWS - 1 - index);
  return rows.map((row) => heights.map((height) => blocks[clamp(height - row * 8, 8)]).join(''));
}

/** Whole steps from 0 to `most`; something above zero is at least one step. */
function scale(series: readonly number[], most: number): number[] {
  const greatest = Math.max(...series, 0) || 1;
  return series.map((value) => clamp(value > 0 ? Math.max(1, Math.round((value / greatest) * most)) : 0, most));
}

/** Widens each sample, or averages neighbours, so that the series fits. */
function fitTo(series: readonly number[], width: number): number[] {
  const each = Math.min(Math.floor(width / series.length), WIDEST_SAMPLE);
  if (each >= 1) return series.flatMap((value) => Array<number>(each).fill(value));
  const borders = Array.from({ length: width + 1 }, (_, index) => Math.floor((index * series.length) / width));
  return borders.slice(1).map((end, index) => average(series.slice(borders[index], end)));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
