import { closeSync, openSync } from 'node:fs';
import type { ContainerConfig } from '../../src/container/config.js';
import { type Container, lockContainer } from '../../src/container/store.js';
import { chroot, exitGroup } from '../../src/kernel/calls.js';
import { CLONE_NEWNS, CLONE_NEWUSER, O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../src/kernel/constants.js';
import { openat2, RESOLVE_IN_ROOT } from '../../src/kernel/mount-api.js';
import { start } from '../../src/kernel/process.js';
import { raw } from '../../src/kernel/raw.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { UserError } from '../../src/kernel/user-error.js';
import { mapToRoot } from '../../src/kernel/user-namespace.js';
import { isAlive } from '../../src/probe/processes.js';
import { isPrivileged, surroundings } from './launch.js';
import { containerPieces } from './list.js';

/**
 * Does some synchronous work on the files of a container, given a descriptor (O_PATH) of its root, as its own programs would
 * see them. One that does not run cannot be started meanwhile. Throws UserError where it is gone, SyscallError where the kernel refuses.
 */
export function visitRoot<T>(container: Container, work: (root: number) => T): T {
  if (runs(container)) return visitRunning(container, work);
  const { id, name } = container.config;
  const done = lockContainer(id, (now) => ({ result: runs(now) ? visitRunning(now, work) : visitStopped(now, work) }));
  if (!done) throw new UserError(`No such container: ${name}`, 2);
  return done.result;
}

function runs({ state: { status } }: Container): boolean {
  return status === 'running' || status === 'paused';
}

/** /proc/PID/root leads into the mount namespace of a process: proc_pid_root(5). */
function visitRunning<T>({ config, state: { init } }: Container, work: (root: number) => T): T {
  const root = openSync(`/proc/${init.pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    // The pid may have been given to another process before we opened it, but not afterwards.
    if (!isAlive(init.pid, init.startTime)) throw new UserError(`Container ${config.name} has just ended.`, 2);
    return work(root);
  } finally {
    closeSync(root);
  }
}

/**
 * Mounts the overlay and the volumes in a mount namespace that no process is in: the one that made it has ended, and only our
 * descriptors keep it. When they are closed, however that comes about, the mounts are gone.
 */
function visitStopped<T>(container: Container, work: (root: number) => T): T {
  const held: number[] = [];
  const namespaces = CLONE_NEWNS | (isPrivileged() ? 0 : CLONE_NEWUSER);
  try {
    start({ namespaces, calls: mountFiles(container) }, (pid) => {
      if (!isPrivileged()) mapToRoot(pid);
      held.push(openSync(`/proc/${pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC));
      held.push(openSync(`/proc/${pid}/ns/mnt`, 'r'));
    });
    const root = openBelow(held[0] as number, surroundings(container).merged);
    held.push(root);
    return work(root);
  } finally {
    for (const fd of held) closeSync(fd);
  }
}

/** Of the container's own list those pieces that make its files appear. Volumes are attached where paths mean the container's. */
function mountFiles(container: Container): Syscall[] {
  const config = filesOnly(container.config);
  const pieces = containerPieces(config, surroundings({ ...container, config }));
  const calls = ['open-volumes', 'private', 'overlay', 'volumes', 'read-only'].map(
    (step) => pieces.find((piece) => piece.step === step)?.calls ?? [],
  );
  const [opened = [], isolated = [], overlay = [], ...attached] = calls;
  return [...opened, ...isolated, ...overlay, chroot('.'), ...attached.flat(), exitGroup(0)];
}

/** Files in a tmpfs would be gone right afterwards; and whoever the program runs as does not matter. */
function filesOnly(config: ContainerConfig): ContainerConfig {
  const mounts = config.mounts.filter(({ type }) => type !== 'tmpfs');
  return { ...config, mounts, skip: [], process: { ...config.process, user: '' } };
}

function openBelow(root: number, path: string): number {
  const flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const fd = raw(openat2(root, path, { flags, resolve: RESOLVE_IN_ROOT }));
  if (fd < 0) throw new Error(`the mounts of the container cannot be opened at ${path}: errno ${-fd}`);
  return fd;
}
