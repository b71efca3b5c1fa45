const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes of memory as Docker writes them (go-units, BytesSize): four digits, units of 1,024: `1.891MiB`. */
export function binarySize(bytes: number): string {
  return size(bytes, BINARY, 1024);
}

/** Bytes on disk as Docker writes them (go-units, HumanSize): four digits, units of 1,000: `2.048kB`. */
export function decimalSize(bytes: number): string {
  return size(bytes, DECIMAL, 1000);
}

function size(bytes: number, units: readonly string[], base: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${units[unit]}`;
}
