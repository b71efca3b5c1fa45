import { callUntraced } from './call.js';
import { getrandom } from './calls/index.js';

/** Random bytes, at most 256, as hexadecimal digits. The kernel's own: node:crypto takes longer to load than a container to start. */
export function randomHex(bytes: number): string {
  const buffer = new Uint8Array(bytes);
  callUntraced(getrandom(buffer));
  return Buffer.from(buffer).toString('hex');
}
