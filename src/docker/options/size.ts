import { bytesIn } from '../../oci/size.js';
import { invalid } from './refuse.js';

/** Bytes, from `64m`, `1.5G`, `512kb`, `64MiB` or a plain number. Throws UserError (2). */
export function parseSize(option: string, value: string): number {
  const bytes = bytesIn(value);
  if (bytes === undefined) throw invalid(option, value, 'a size such as 64m: a number and b, k, m, g or t');
  return bytes;
}
