import { readFileSync } from 'node:fs';
import { parseFields, parseKilobytes } from './status.js';

/** The sizes in /proc/meminfo by name (`MemTotal`, `MemAvailable`, …), in bytes: proc_meminfo(5). */
export function readMeminfo(): Map<string, number> {
  return parseMeminfo(readFileSync('/proc/meminfo', 'utf8'));
}

/** The sizes in the text of /proc/meminfo, in bytes. Lines without a unit (`HugePages_Total`) are counts, and left out. */
export function parseMeminfo(text: string): Map<string, number> {
  const sizes = [...parseFields(text)].map(([name, value]) => [name, parseKilobytes(value)] as const);
  return new Map(sizes.filter((entry): entry is [string, number] => entry[1] !== null));
}
