/**
 * A hierarchy of cgroup v1 that has a name and no controller (cgroups(7), "Cgroups v1 named hierarchies"). It is mounted in mount namespaces of
 * processes only, and stays as long as it is mounted or has a cgroup in it: one that was left there outlives all that made it.
 */
import { readFileSync } from 'node:fs';
import { exitGroup, mount, rmdir } from '../../kernel/calls/index.js';
import { until } from '../../kernel/clock.js';
import { CLONE_NEWNS, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_PRIVATE, MS_REC } from '../../kernel/constants.js';
import { type Child, start } from '../../kernel/process.js';
import { mayFail, type Syscall } from '../../kernel/syscall.js';

/** Mounts it, and makes it where there is none. What is mounted is gone with the mount namespace. */
export function mountHierarchy(name: string, target: string): Syscall {
  return mount('cgroup', target, 'cgroup', MS_NOSUID | MS_NODEV | MS_NOEXEC, `none,name=${name}`);
}

/** The one cgroup that may be in it. */
export const CHILD = 'x';

/** Where this is done, in a mount namespace of its own. */
const PLACE = '/tmp';
/** Milliseconds: a cgroup that was removed is there for a moment more, and the hierarchy with it (css_release_work_fn(), kernel/cgroup/cgroup.c). */
const MOMENT = 500;
const TRIES = 10;

/**
 * Removes what is in it, and so the hierarchy, where there is one. Returns the processes that it took, which end by themselves. Throws where
 * it is in use.
 */
export function removeHierarchy(name: string): Child[] {
  const started: Child[] = [];
  while (!isGone(name)) {
    if (started.length === TRIES) throw new Error(`the hierarchy ${name} is in use`);
    started.push(empty(name));
    until(() => isGone(name), MOMENT); // whoever mounts it meanwhile makes it anew
  }
  return started;
}

/** Whether the kernel has no such hierarchy, mounted or not: /proc/self/cgroup has a line for each. */
function isGone(name: string): boolean {
  return !readFileSync('/proc/self/cgroup', 'utf8').includes(`:name=${name}:`);
}

function empty(name: string): Child {
  const calls = [mount(null, '/', null, MS_REC | MS_PRIVATE, null), mountHierarchy(name, PLACE)];
  return start({ namespaces: CLONE_NEWNS, calls: [...calls, mayFail(rmdir(`${PLACE}/${CHILD}`)), exitGroup(0)] });
}
