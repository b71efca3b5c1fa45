const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes of memory as Docker writes them (go-units, BytesSize): four digits, units of 1,024: `1.891MiB`. */
export function binarySize(bytes: number): string {
  return size(bytes, BINARY, { base: 1024, digits: 4 });
}

/** Bytes on disk as Docker writes them (go-units, HumanSize): units of 1,000, four digits (`2.048kB`), or three in `stats`. */
export function decimalSize(bytes: number, digits = 4): string {
  return size(bytes, DECIMAL, { base: 1000, digits });
}

function size(bytes: number, units: readonly string[], { base, digits }: { base: number; digits: number }): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${Number(value.toPrecision(digits))}${units[unit]}`;
}
