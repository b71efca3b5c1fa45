import type { Measurement } from '../../../lab/events.js';
import { humanise } from '../../text/figures.js';
import type { Words } from '../../words/index.js';
import { type Html, html } from '../html.js';
import { axisTicks, type Tick } from './ticks.js';

// Room for labels that are larger on a phone (style/run.css).
const [WIDTH, HEIGHT] = [600, 214];
const [LEFT, RIGHT, TOP, BOTTOM] = [84, 572, 34, 164];

/** A way from a value to its place on an axis, and the values that are named there. */
interface Axis {
  readonly ticks: readonly Tick[];
  place(value: number): number;
}

/**
 * A series as stairs over time: each sample is an average over its interval, so it is drawn as wide as that. The axis of values
 * starts at zero, as the one in the terminal does.
 */
export function plotSvg(measure: Measurement, words: Words): Html {
  const { series = [], unit, interval } = measure;
  const up = axis({ most: Math.max(...series, 0), unit, count: 4 }, [BOTTOM, TOP]);
  const time = {
    most: series.length * (interval ?? 1),
    unit: interval === undefined ? '' : 's',
    count: 8,
    exact: true,
  };
  const along = axis(time, [LEFT, RIGHT]);
  const xTitle = interval === undefined ? words.page.sample : words.page.time;
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${describe(measure, words)}">
<g class="grid">${up.ticks.map((tick) => line([LEFT, up.place(tick.value)], [RIGHT, up.place(tick.value)]))}</g>
<path class="area" d="${stairs(series, along, up)}V${BOTTOM}H${LEFT}Z"/><path class="line" d="${stairs(series, along, up)}"/>
<g class="axis">${line([LEFT, TOP - 6], [LEFT, BOTTOM])}${line([LEFT, BOTTOM], [RIGHT, BOTTOM])}${along.ticks.map((tick) => line([along.place(tick.value), BOTTOM], [along.place(tick.value), BOTTOM + 4]))}</g>
<g class="labels"><text x="${LEFT}" y="18" text-anchor="start" class="title">${words.page.unit[unit] ?? unit}</text>${up.ticks.map((tick) => upLabel(tick, up))}${along.ticks.map((tick) => alongLabel(tick, along))}<text x="${RIGHT}" y="${HEIGHT - 4}" text-anchor="end" class="title">${xTitle}</text></g>
</svg>`;
}

/** What a reader hears who cannot see it. */
function describe({ name, series = [], unit }: Measurement, words: Words): string {
  const [least, most] = [Math.min(...series), Math.max(...series)].map((sample) => humanise(sample, unit));
  return `${words.named(name)}${words.colon}${words.plain.samples(series.length, words.range(least ?? '', most ?? ''))}`;
}

function axis(
  scale: { most: number; unit: string; count: number; exact?: boolean },
  [from, to]: readonly [number, number],
): Axis {
  const ticks = axisTicks(scale.most, scale.unit, scale.count);
  const end = (scale.exact ? scale.most : Math.max(scale.most, ticks.at(-1)?.value ?? 0)) || 1;
  return { ticks, place: (value) => round(from + (value / end) * (to - from)) };
}

function stairs(series: readonly number[], along: Axis, up: Axis): string {
  const end = along.place(0);
  const width = (RIGHT - LEFT) / series.length;
  const steps = series.map((value, index) => `V${up.place(value)}H${round(end + (index + 1) * width)}`);
  return `M${end} ${BOTTOM}${steps.join('')}`;
}

function line([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): Html {
  return html`<path d="M${x1} ${y1}L${x2} ${y2}"/>`;
}

function upLabel({ value, label }: Tick, { place }: Axis): Html {
  return html`<text x="${LEFT - 8}" y="${place(value) + 4}" text-anchor="end">${label}</text>`;
}

function alongLabel({ value, label }: Tick, { place }: Axis): Html {
  return html`<text x="${place(value)}" y="${BOTTOM + 24}" text-anchor="middle">${label}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
