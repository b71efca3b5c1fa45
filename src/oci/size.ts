const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes, from `64m`, `1.5G`, `512kb`, `64MiB` or a plain number, as docker reads them (docker/go-units, RAMInBytes()); undefined for what is none. */
export function bytesIn(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([bkmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[(unit || 'b').toLowerCase()] as number));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
