import type { Measurement } from '../../lab/events.js';
import { humanise } from '../text/figures.js';
import { displayWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import { plot, sparkline } from './plot.js';
import { type Screen, withMargin } from './screen.js';

const ENOUGH_FOR_A_PLOT = 10;

/** The figure; its series in one line of blocks where it is short, else as a plot. */
export function formatMeasure(measure: Measurement, screen: Screen): string[] {
  const { name, value, unit, series = [] } = measure;
  const isLong = series.length >= ENOUGH_FOR_A_PLOT;
  const figure = [
    { text: `${screen.words.named(name)}  ` },
    { text: screen.words.named(humanise(value, unit)), paint: screen.paint.bold },
  ];
  const inline =
    series.length > 1 && !isLong
      ? [{ text: `  ${sparkline(series, screen.unicode)}  ${rangeOf(measure, screen)}` }]
      : [];
  const head = withMargin(' ', wrap([...figure, ...inline], screen.width - 2, 2));
  return isLong ? [...head, ...formatPlot(measure, screen)] : head;
}

function rangeOf({ series = [], unit }: Measurement, { words }: Screen): string {
  return words.range(humanise(Math.min(...series), unit), humanise(Math.max(...series), unit));
}

function formatPlot({ series = [], unit, interval }: Measurement, screen: Screen): string[] {
  const top = humanise(Math.max(...series), unit);
  const zero = humanise(0, unit);
  const label = Math.max(displayWidth(top), displayWidth(zero));
  const rows = plot(series, screen.width - label - 7, screen.unicode);
  const labels = rows.map((_, index) => (index === 0 ? top : index === rows.length - 1 ? zero : '').padStart(label));
  const lines = rows.map(
    (row, index) => `    ${labels[index]} ${screen.symbols.bar}${screen.paint.cyan(row.trimEnd())}`,
  );
  return interval === undefined ? lines : [...lines, timeAxis(label, rows[0]?.length ?? 0, series.length * interval)];
}

/** `0 s` below the first sample, the duration below the last. */
function timeAxis(label: number, width: number, seconds: number): string {
  const start = ' '.repeat(label + 6);
  return `${start}0 s${humanise(seconds, 's').padStart(Math.max(width - 3, 0))}`;
}
