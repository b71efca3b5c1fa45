const NICE = [1, 2, 2.5, 5, 10];
/** What one step of a unit is, as humanise() writes it: bytes go by 1024, shares of a CPU by per cent. */
const BYTE_STEPS = [1, 2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40];
const TIME_STEPS = [1e-9, 1e-6, 1e-3, 1];

/** Round values from 0 up to what the axis has to show, about so many: 0, 25 %, 50 %, … */
export function axisTicks(most: number, unit: string, count: number): number[] {
  if (!(most > 0)) return [0];
  const size = stepSize(most, unit);
  const step = niceStep(most / size / count) * size;
  const steps = Math.floor(most / step + 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

function stepSize(most: number, unit: string): number {
  if (unit === 'bytes') return BYTE_STEPS.findLast((size) => size <= most) ?? 1;
  if (unit === 's') return TIME_STEPS.findLast((size) => size <= most) ?? 1e-9;
  return unit === 'cpu' ? 0.01 : 1;
}

/** The least of 1, 2, 2.5, 5 times a power of ten that is not below a value. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (NICE.find((nice) => nice * power >= value * (1 - 1e-9)) ?? 10) * power;
}
