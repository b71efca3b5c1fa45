import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { linkTarget, nodePath } from '../kernel/files/file-names.js';

/** Something that the kernel passes on its way along a path. */
export interface Step {
  /** Where it is, counted from the root of the walk, with no symbolic link in it but perhaps the last name. */
  readonly path: string;
  readonly stats: Stats;
  /** Where a symbolic link points. */
  readonly target?: string;
}

/** path_resolution(7): more symbolic links than this are taken for a loop. */
const MOST_LINKS = 40;

/**
 * Follows a path as a process would whose root directory is `root`: absolute links start again at the root, and `..` never
 * leads above it. Returns all that is passed, links included; the last step is what the path names.
 * Throws what lstat(2) says (ENOENT, ENOTDIR, EACCES), and on a loop of links.
 */
export function walk(root: string, path: string): Step[] {
  const steps: Step[] = [];
  const ahead = path.split('/');
  let here = '/';
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (name === '' || name === '.' || name === '..') {
      here = join(here, name);
      continue;
    }
    const step = look(root, join(here, name));
    steps.push(step);
    if (step.target === undefined) {
      here = step.path;
    } else {
      if (++links > MOST_LINKS) throw new Error(`${path} goes through more than ${MOST_LINKS} symbolic links: a loop`);
      if (step.target.startsWith('/')) here = '/';
      ahead.unshift(...step.target.split('/'));
    }
  }
  return steps;
}

function look(root: string, path: string): Step {
  const real = join(root, path);
  const stats = lstatSync(nodePath(real));
  return stats.isSymbolicLink() ? { path, stats, target: linkTarget(real) } : { path, stats };
}
