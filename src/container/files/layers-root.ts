import { closeSync } from 'node:fs';
import { privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { fromAnother } from '../../../labs/06-volumes/calls/mounts.js';
import { exitGroup, open } from '../../kernel/calls/index.js';
import { MOVE_MOUNT_F_EMPTY_PATH, moveMount } from '../../kernel/calls/mount-api.js';
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH, O_RDONLY } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Syscall } from '../../kernel/syscall.js';
import { isAlive } from '../../procfs/processes.js';
import { ensureInitLayer } from '../start/init-layer.js';
import { layersOf } from '../start/plan.js';
import { isRunning } from '../state.js';
import type { Container } from '../store/store.js';
import { ownersIn, ownersOnDisk } from '../users/owners.js';
import { HeldMounts } from './held-mounts.js';
import type { Work } from './root.js';

/**
 * Does some synchronous work on the files of a container, running or not, with a descriptor (O_PATH) of its root: without what is mounted in
 * it. Throws SyscallError where the kernel refuses, UserError (2) where a container has just ended.
 */
export function visitLayers<T>(container: Container, work: Work<T>): T {
  const { target } = layersOf(container);
  const isInSight = isRunning(container.state) && isPrivileged();
  const rootMount = isInSight ? mountOfRunning : readOnlyOverlay;
  using mounts = new HeldMounts([...privateMounts(), ...rootMount(container, target), exitGroup(0)]);
  const root = mounts.open(target, O_PATH | O_DIRECTORY);
  try {
    return work(root, isInSight ? ownersIn(container.state.init.pid) : ownersOnDisk());
  } finally {
    closeSync(root);
  }
}

/** A copy of the mount that a running container has for its root, without those on it: of two overlays with one upper the kernel warns. */
function mountOfRunning({ config, state: { init } }: Container, target: string): Syscall[] {
  if (!isAlive(init.pid, init.startTime)) throw new UserError(`Container ${config.name} has just ended.`, 2);
  const namespace = open(`/proc/${init.pid}/ns/mnt`, O_RDONLY | O_CLOEXEC);
  const { tree, calls } = fromAnother(namespace, '/');
  return [namespace, ...calls, moveMount(tree, '', AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH)];
}

/** All its layers, the writable one as the top-most of those that are only read. */
function readOnlyOverlay(container: Container, target: string): Syscall[] {
  ensureInitLayer(container.config.layers);
  const { lower, upper } = layersOf(container);
  return mountOverlay({ lower: [upper, ...lower], target, privileged: isPrivileged() });
}
