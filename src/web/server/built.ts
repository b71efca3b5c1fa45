import { join } from 'node:path';
import { packageRoot } from '../../state/package-root.js';

/** The path of a file that the build made: of another program to start, or for the browser. */
export function built(file: string): string {
  return join(packageRoot(), 'dist', file);
}
