/** How a layer is described that no program would write. */
import { archive, member } from './raw-tar.js';

export interface HostileLayer {
  readonly name: string;
  readonly bytes: Buffer;
  /** What is said where it is refused; else what lies in the layer then, as listing.ts has it. */
  readonly expected: RegExp | readonly string[];
}

export const dir = (name: string, rest = {}) => member({ name, type: '5', mode: 0o755, ...rest });
export const link = (name: string, to: string) => member({ name, type: '2', link: to });
export const hard = (name: string, to: string) => member({ name, type: '1', link: to });
export const file = (name: string | Buffer, content = 'x', rest = {}) => member({ name, content, ...rest });
export const odd = (what: string, expected: HostileLayer['expected'], ...members: readonly Buffer[]): HostileLayer => ({
  name: what,
  bytes: archive(...members),
  expected,
});
