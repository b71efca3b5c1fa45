import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isWhiteout } from '../rootfs/overlay-marks.js';
import { paths } from '../state/tree.js';

/** Everything below a directory, one a line, in order: `file, 5 bytes: demo/colour`. */
export function listTree(directory: string): string {
  return paths(directory)
    .map((path) => `${describe(lstatSync(join(directory, path)))}: ${path}`)
    .join('\n');
}

/** What it is and, of a file, how large. */
export function describe(stats: Stats): string {
  if (isWhiteout(stats)) return 'character device 0:0';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symbolic link';
  return stats.isFile() ? `file, ${stats.size} bytes` : 'special file';
}
