const KIBI = 1024;
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const TIME_UNITS: [seconds: number, unit: string][] = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

/** A figure as a person would write it: 0.201 cpu is `20.1 %`, 1048576 bytes `1 MiB`, 0.0009 s `0.9 ms`. */
export function humanise(value: number, unit: string): string {
  if (unit === 'cpu') return `${round(value * 100)} %`;
  if (unit === 'bytes') return humaniseBytes(value);
  if (unit === 's') return humaniseSeconds(value);
  return unit === '' ? round(value) : `${round(value)} ${unit}`;
}

function humaniseBytes(bytes: number): string {
  const power = Math.floor(Math.log(Math.abs(bytes) || 1) / Math.log(KIBI));
  const index = Math.min(Math.max(power, 0), BYTE_UNITS.length - 1);
  return `${round(bytes / KIBI ** index)} ${BYTE_UNITS[index]}`;
}

function humaniseSeconds(seconds: number): string {
  const [size, unit] = TIME_UNITS.find(([size]) => Math.abs(seconds) >= size) ?? [1, 's'];
  return `${round(seconds / size)} ${unit}`;
}

/** Three digits that count: 20.1, 0.254, 1024. */
function round(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
