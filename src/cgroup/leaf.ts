import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mkdir, rmdir } from '../kernel/calls.js';
import { call, writeFile } from '../kernel/door.js';
import { UserError } from '../kernel/user-error.js';
import { readProcess } from '../probe/processes.js';
import { SHARED } from './directories.js';
import { describeProcess, procsIn } from './members.js';
import { refusal } from './refusal.js';
import { words } from './text.js';

/** Where our own processes step aside to, so that their cgroup can enable controllers for its children. */
export const LEAF = 'tslab-init';

/**
 * Moves every process of a v2 cgroup into a leaf below it.
 *
 * "No internal processes" (cgroups(7)): a cgroup that has processes cannot enable controllers for children. Only the real
 * root is exempt; the root of a container's cgroup namespace looks like it but is not. Throws a UserError where a process
 * is none of ours to move.
 */
export function makeRoom(base: string): void {
  const strangers = procsIn(base).filter((pid) => !isOurs(pid));
  if (strangers.length > 0) throw occupied(base, strangers);
  const leaf = join(base, LEAF);
  refusal(() => call(mkdir(leaf, 0o755)), ['EEXIST']);
  moveAll(base, leaf);
}

/**
 * Takes {@link makeRoom} back: controllers off, processes back, leaf gone. Nothing happens where there is no leaf. Where
 * another tslab still needs it, or begins to at this moment (then the kernel refuses one of the steps), that one will do it.
 */
export function leaveLeaf(base: string): void {
  if (!existsSync(join(base, LEAF)) || existsSync(join(base, SHARED))) return;
  refusal(() => takeBack(base), ['EBUSY', 'ENOENT', 'ENODEV']);
}

function takeBack(base: string): void {
  const leaf = join(base, LEAF);
  const control = join(base, 'cgroup.subtree_control');
  const enabled = words(readFileSync(control, 'utf8'));
  if (enabled.length > 0) writeFile(control, enabled.map((controller) => `-${controller}`).join(' '));
  moveAll(leaf, base);
  call(rmdir(leaf));
}

function moveAll(from: string, to: string): void {
  // A process may end meanwhile, and a shell may have started another.
  for (let pids = procsIn(from); pids.length > 0; pids = procsIn(from)) {
    for (const pid of pids) refusal(() => writeFile(join(to, 'cgroup.procs'), `${pid}`), ['ESRCH']);
  }
}

/** Ancestors and descendants of tslab, and the other commands of its pipeline (`tslab 03 | less`). */
function isOurs(pid: number): boolean {
  const sameJob = readProcess(pid)?.pgrp === readProcess('self')?.pgrp;
  return sameJob || lineage(process.pid).includes(pid) || lineage(pid).includes(process.pid);
}

/** A process, its parent, its parent's parent, … */
function lineage(pid: number): number[] {
  const parent = pid > 0 ? readProcess(pid)?.ppid : undefined;
  return parent === undefined ? [] : [pid, ...lineage(parent)];
}

function occupied(base: string, strangers: readonly number[]): UserError {
  const names = strangers.slice(0, 5).map(describeProcess).join(', ');
  const more = strangers.length > 5 ? ` and ${strangers.length - 5} more` : '';
  return new UserError(
    `The cgroup ${base} holds processes that tslab did not start: ${names}${more}. On cgroup v2 a cgroup with processes cannot enable controllers for its children.`,
    3,
    'Start tslab in a cgroup of its own: systemd-run --user --scope -p Delegate=yes tslab 03-cgroups; in a container: docker run --privileged --cgroupns=host …',
  );
}
