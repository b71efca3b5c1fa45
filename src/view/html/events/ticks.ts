import { sizeFor } from '../../text/figures.js';

const NICE = [1, 2, 2.5, 5, 10];

/** A value that is named on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round values from 0 up to what the axis has to show, about so many, all told in one unit: 0 %, 25 %, 50 %, … */
export function axisTicks(most: number, unit: string, count: number): Tick[] {
  const [size, name] = sizeFor(most, unit);
  const label = (steps: number) => `${Number(steps.toPrecision(3))} ${name}`.trimEnd();
  if (!(most > 0)) return [{ value: 0, label: label(0) }];
  const step = niceStep(most / size / count);
  const steps = Math.floor(most / size / step + 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => ({ value: index * step * size, label: label(index * step) }));
}

/** The least of 1, 2, 2.5, 5 times a power of ten that is not below a value. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (NICE.find((nice) => nice * power >= value * (1 - 1e-9)) ?? 10) * power;
}
