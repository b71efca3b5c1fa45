import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, writeFile } from '../../kernel/call.js';
import { mkdir, rmdir } from '../../kernel/calls/index.js';
import { readProcess } from '../../procfs/processes.js';
import { again, hasSystemd, inScope } from '../again.js';
import { SHARED } from '../directories.js';
import { describeProcess, procsIn } from '../members.js';
import { CgroupsRefused, refusal } from '../refusal.js';
import { words } from '../values.js';

/** The leaf into which our own processes are moved, so that their cgroup can enable controllers for its children. */
export const LEAF = 'tslab-init';
/** The leaf of `tslab doctor --prepare`, for all processes of a machine, until `tslab cleanup`. */
export const PREPARED = 'tslab-prepared';

/**
 * Moves every process of a v2 cgroup into a leaf below it; nothing happens where there is none.
 *
 * "No internal processes" (cgroups(7)): a cgroup that has processes cannot enable controllers for children. Only the real
 * root is exempt; the root of a container's cgroup namespace looks like it but is not. Throws a UserError where a process
 * is none of ours to move.
 */
export function makeRoom(base: string): void {
  refuseWithoutRoom(base);
  if (!isRealRoot(base) && procsIn(base).length > 0) moveInto(base, LEAF);
}

/** Throws a UserError where {@link makeRoom} would, and changes nothing. */
export function refuseWithoutRoom(base: string): void {
  if (isRealRoot(base)) return;
  const type = typeOf(base);
  if (type !== 'domain' && type !== 'domain threaded') throw threaded(base, type);
  const strangers = procsIn(base).filter((pid) => !isOurs(pid));
  if (strangers.length > 0) throw occupied(base, strangers);
}

/** Moves every process of a v2 cgroup into a leaf of this name. Throws a UserError where the cgroup is threaded. */
export function moveInto(base: string, name: string): void {
  leaveThreadMode(base);
  const leaf = join(base, name);
  refusal(() => call(mkdir(leaf, 0o755)), ['EEXIST']);
  moveAll(base, leaf);
}

/** Whether it is the root of the hierarchy itself, which has no type (cgroup-v2.rst, "cgroup.type"). */
export function isRealRoot(base: string): boolean {
  return !existsSync(join(base, 'cgroup.type'));
}

/**
 * Controllers that were enabled while processes were in it have made the cgroup a threaded domain: no process may enter a
 * cgroup below it then, not even a leaf. That ends when the controllers are disabled, unless a child is threaded itself.
 */
function leaveThreadMode(base: string): void {
  if (typeOf(base) === 'domain threaded') disable(base);
  const type = typeOf(base);
  if (type !== 'domain') throw threaded(base, type);
}

function typeOf(base: string): string {
  return readFileSync(join(base, 'cgroup.type'), 'utf8').trim();
}

/** Disables all controllers for the children of a cgroup. */
function disable(base: string): void {
  const control = join(base, 'cgroup.subtree_control');
  const enabled = words(readFileSync(control, 'utf8'));
  if (enabled.length > 0) writeFile(control, enabled.map((controller) => `-${controller}`).join(' '));
}

/**
 * Undoes {@link makeRoom}: disables controllers, moves processes back, removes the leaf. Nothing happens where there is no leaf. Where
 * another tslab still needs it, or begins to at this moment (then the kernel refuses one of the steps), that one removes it.
 */
export function leaveLeaf(base: string): void {
  if (!existsSync(`${base}/${LEAF}`) || existsSync(`${base}/${SHARED}`)) return;
  refusal(() => leaveInto(base, LEAF), ['EBUSY', 'ENOENT', 'ENODEV']);
}

/** Undoes {@link moveInto}. Throws SyscallError where another cgroup needs it. */
export function leaveInto(base: string, name: string): void {
  const leaf = join(base, name);
  disable(base);
  moveAll(leaf, base);
  call(rmdir(leaf));
}

function moveAll(from: string, to: string): void {
  // A process may end meanwhile, and a shell may have started another.
  for (let pids = procsIn(from); pids.length > 0; pids = procsIn(from)) {
    // To write 0 would move ourselves.
    if (pids.includes(0)) throw occupied(from, [0]);
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

function occupied(base: string, strangers: readonly number[]): CgroupsRefused {
  const names = strangers.slice(0, 5).map(describeProcess).join(', ');
  const more = strangers.length > 5 ? ` and ${strangers.length - 5} more` : '';
  const message = `On cgroup v2 a cgroup with processes cannot enable controllers for its children, and ${base} holds ${names}${more}.`;
  return new CgroupsRefused('occupied', message, wayOut());
}

/** Root may move them; a user starts tslab again in a cgroup without other processes. */
function wayOut(): string {
  if (process.geteuid?.() === 0) return 'tslab doctor --prepare';
  const asRoot = `sudo tslab doctor --prepare && sudo ${again()}`;
  return hasSystemd() ? `${inScope(again())}   (or: ${asRoot})` : asRoot;
}

function threaded(base: string, type: string): CgroupsRefused {
  const message = `The cgroup ${base} is in thread mode (its cgroup.type says "${type}"): it can have no children with controllers of their own.`;
  return new CgroupsRefused('threaded', message, wayOut());
}
