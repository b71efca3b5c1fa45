import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFile } from '../kernel/call.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { SHARED } from './directories.js';
import { procsIn } from './members.js';
import { v2Base } from './open.js';
import { CORE } from './v2/controllers.js';
import { offeredBy } from './v2/hierarchy.js';
import { isRealRoot, leaveInto, moveInto, PREPARED } from './v2/leaf.js';

/** The leaf into which {@link prepareCgroup} would move the processes of the cgroup that ours are made in; undefined where it is not needed. */
export function leafToPrepare(): string | undefined {
  const base = v2Base(readMountinfo('self'));
  if (base === undefined || isRealRoot(base) || procsIn(base).length === 0) return undefined;
  return join(base, PREPARED);
}

/**
 * Moves every process of a v2 cgroup, of any user, into this leaf below it, and enables all controllers for its
 * children. What is started in the container later joins its first process there: runc falls back to that where the root of
 * the namespace is refused (EBUSY).
 */
export function prepareCgroup(leaf: string): void {
  const base = dirname(leaf);
  moveInto(base, basename(leaf));
  const controllers = offeredBy(base).filter((one) => !CORE.includes(one));
  writeFile(join(base, 'cgroup.subtree_control'), controllers.map((one) => `+${one}`).join(' '));
}

/** Undoes {@link prepareCgroup}. Throws where cgroups of ours are still there. */
export function undoCgroup(leaf: string): void {
  if (!existsSync(leaf)) return;
  if (existsSync(join(dirname(leaf), SHARED)))
    throw new Error('control groups of tslab are in use: end its containers first');
  leaveInto(dirname(leaf), basename(leaf));
}
