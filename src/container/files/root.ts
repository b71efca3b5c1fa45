import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { containerPieces } from '../../../labs/12-runtime/calls/container.js';
import { chroot, exitGroup } from '../../kernel/calls/index.js';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../kernel/constants.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Syscall } from '../../kernel/syscall.js';
import type { Mount } from '../../oci/spec.js';
import { isAlive } from '../../procfs/processes.js';
import type { ContainerConfig } from '../record.js';
import { ensureInitLayer } from '../start/init-layer.js';
import { planOf } from '../start/plan.js';
import { isRunning } from '../state.js';
import { type Container, lockContainer } from '../store/store.js';
import { type Owners, ownersIn, ownersOnDisk } from '../users/owners.js';
import { HeldMounts } from './held-mounts.js';

/** What is done with the files of a container: by a descriptor (O_PATH) of its root, below which they have these owners. */
export type Work<T> = (root: number, owners: Owners) => T;

/**
 * Does some synchronous work on the files of a container, as its own programs would see them. One that does not run cannot be started meanwhile. Throws UserError where it is gone, SyscallError where the kernel refuses.
 */
export function visitRoot<T>(container: Container, work: Work<T>): T {
  if (isRunning(container.state)) return visitOwned(container, work);
  const { id, name } = container.config;
  const done = lockContainer(id, (now) => ({
    result: isRunning(now.state) ? visitOwned(now, work) : visitStopped(now, work),
  }));
  if (!done) throw new UserError(`No such container: ${name}`, 2);
  return done.result;
}

function visitOwned<T>(container: Container, work: Work<T>): T {
  return visitRunning(container, (root) => work(root, ownersIn(container.state.init.pid)));
}

/** For a running container alone: /proc/PID/root leads into the mount namespace of a process (proc_pid_root(5)). */
export function visitRunning<T>({ config, state: { init } }: Container, work: (root: number) => T): T {
  const root = openSync(`/proc/${init.pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    // The pid may have been given to another process before the open, but not afterwards.
    if (!isAlive(init.pid, init.startTime)) throw new UserError(`Container ${config.name} has just ended.`, 2);
    return work(root);
  } finally {
    closeSync(root);
  }
}

/** Its overlay and its volumes are mounted meanwhile, where no process sees them. */
function visitStopped<T>(container: Container, work: Work<T>): T {
  ensureInitLayer(container.config.layers);
  using mounts = new HeldMounts(mountFiles(container));
  const root = mounts.open(join(container.directory, 'merged'), O_PATH | O_DIRECTORY);
  try {
    return work(root, ownersOnDisk());
  } finally {
    closeSync(root);
  }
}

/** The pieces of the container's list that mount its files. Its files in /etc exist once it has been started. */
function mountFiles(container: Container): Syscall[] {
  const { spec, at } = planOf({ ...container, config: filesOnly(container.config) });
  const isThere = ({ source = '' }: Mount) => !at.ownFiles?.includes(source) || existsSync(source);
  const pieces = containerPieces({ ...spec, mounts: spec.mounts.filter(isThere) }, at);
  const callsOf = (...steps: string[]) =>
    steps.flatMap((step) => pieces.find((piece) => piece.step === step)?.calls ?? []);
  const mounted = callsOf('open-volumes', 'open-own-files', 'private', 'overlay');
  return [...mounted, chroot('.'), ...callsOf('volumes', 'own-files', 'read-only'), exitGroup(0)];
}

/** Files in a tmpfs would be gone right afterwards; whoever the program runs as does not matter, and on the disk ids are the container's own. */
function filesOnly({ userns, ...config }: ContainerConfig): ContainerConfig {
  const mounts = config.mounts.filter(({ type }) => type !== 'tmpfs');
  return {
    ...config,
    mounts,
    process: { ...config.process, user: '' },
    security: { securityOpt: ['seccomp=unconfined'] },
  };
}
