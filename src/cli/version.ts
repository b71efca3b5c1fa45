import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../state/package-root.js';

/** The version of tslab, from its package.json. */
export function version(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}
