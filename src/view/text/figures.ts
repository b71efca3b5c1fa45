/** How much one of a unit is, in the unit that figures come in. */
export type Size = readonly [size: number, name: string];

/** In what a figure of each unit is told, the smallest first: bytes go by 1024, shares of a CPU by per cent. */
const SIZES: Readonly<Record<string, readonly Size[]>> = {
  cpu: [[0.01, '%']],
  bytes: ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((name, power) => [1024 ** power, name] as const),
  s: [
    [1e-9, 'ns'],
    [1e-6, 'µs'],
    [1e-3, 'ms'],
    [1, 's'],
  ],
};

/** The largest that is not larger than the value; one where none is. */
export function sizeFor(value: number, unit: string): Size {
  const sizes = SIZES[unit] ?? [[1, unit] as const];
  return (
    sizes.findLast(([size]) => size <= Math.abs(value)) ?? sizes.find(([size]) => size === 1) ?? (sizes[0] as Size)
  );
}

/** A figure as a person would write it: 0.201 cpu is `20.1 %`, 1048576 bytes `1 MiB`, 0.0009 s `0.9 ms`. */
export function humanise(value: number, unit: string): string {
  const [size, name] = sizeFor(value, unit);
  return `${round(value / size)} ${name}`.trimEnd();
}

/** Three digits that count: 20.1, 0.254, 1024. */
function round(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
