import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { controllerMounts } from '../procfs/cgroups.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { SHARED } from './directories.js';
import { removeCgroup, tidyBase } from './make.js';
import { childrenOf } from './members.js';
import { openCgroups } from './open.js';
import { LEAF, leaveLeaf } from './v2/leaf.js';

/** Every cgroup directory of ours where this process could make one: the shared `tslab`, what is in it, and the leaf of {@link makeRoom}. */
export function findCgroups(): string[] {
  return usableBases().flatMap((base) => {
    const shared = join(base, SHARED);
    return [...childrenOf(shared), shared, join(base, LEAF)].filter((path) => existsSync(path));
  });
}

function usableBases(): readonly string[] {
  try {
    return openCgroups().bases;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/**
 * Removes what a dead tslab left at a path: kills what is inside, and on v1 removes the directories of the same name in
 * the other hierarchies too. The shared `tslab` itself is removed only when it is empty, since others may use it.
 *
 * Nothing happens where it is gone already; throws for a path that is not a cgroup of ours.
 */
export function removeCgroupTree(path: string): void {
  const base = baseOf(path);
  if (!existsSync(path)) {
    tidyBase(base); // its maker may have died when it had made the shared one only
    return;
  }
  if (!existsSync(join(path, 'cgroup.procs'))) throw notOurs(path, 'it is not a cgroup');
  if (basename(path) === LEAF) leaveLeaf(base);
  else if (basename(path) === SHARED) tidyBase(base);
  else removeCgroup(inAllHierarchies(base, path.slice(base.length + 1)));
}

/** The path before `/tslab`. */
function baseOf(path: string): string {
  if (!isAbsolute(path) || normalize(path) !== path) throw notOurs(path, 'it is not a plain absolute path');
  if (basename(path) === LEAF) return dirname(path);
  const end = `${path}/`.lastIndexOf(`/${SHARED}/`);
  if (end < 1) throw notOurs(path, `it is not below a cgroup called ${SHARED}`);
  return path.slice(0, end);
}

function inAllHierarchies(base: string, below: string): string[] {
  const v1 = new Set(controllerMounts(readMountinfo('self')).values());
  const bases = v1.has(base) ? [...v1] : [base];
  return bases.map((each) => join(each, below)).filter((path) => existsSync(path));
}

function notOurs(path: string, why: string): Error {
  return new Error(`will not remove ${path}: ${why}`);
}
