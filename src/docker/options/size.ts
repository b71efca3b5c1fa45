import { invalid } from './refuse.js';

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes, from `64m`, `1.5G`, `512kb`, `64MiB` or a plain number. Throws UserError (2). */
export function parseSize(option: string, value: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([bkmgt]?)(?:i?b)?$/i.exec(value) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[(unit || 'b').toLowerCase()] as number));
  if (!Number.isSafeInteger(bytes)) throw invalid(option, value, 'a size such as 64m: a number and b, k, m, g or t');
  return bytes;
}
