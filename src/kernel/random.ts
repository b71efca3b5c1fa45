import { getrandom } from './calls/index.js';
import { raw } from './raw.js';

/** Random bytes, at most 256, as hexadecimal digits. The kernel's own: node:crypto takes longer to load than a container to start. */
export function randomHex(bytes: number): string {
  const buffer = new Uint8Array(bytes);
  raw(getrandom(buffer));
  return Buffer.from(buffer).toString('hex');
}
