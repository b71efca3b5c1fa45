import { freezeGroup, thawGroup } from '../../../labs/03-cgroups/calls/limits.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { forget, remember } from '../../state/ledger/ledger.js';
import { findCgroup } from '../start/cgroup.js';
import { isPaused, isRunning, paused, thawed } from '../state.js';
import { type Container, readContainer, updateState } from '../store/store.js';

/** Freezes all processes of a container. Throws UserError (2) where it does not run, or is paused already. */
export function pauseContainer({ config: { id, name }, state }: Container): void {
  if (isPaused(state)) throw new UserError(`Container ${name} is already paused`, 2, `tslab unpause ${name}`);
  if (!isRunning(state)) throw new UserError(`Container ${name} is not running`, 2, `tslab start ${name}`);
  const cgroup = cgroupOf(id, name);
  // Under the lock: a container that is frozen and not paused was left by a command that was killed, and a supervisor may thaw it.
  updateState(id, (now) => {
    const next = paused(now);
    if (next !== now) freezeGroup(cgroup);
    return next;
  });
}

/** Thaws them. Throws UserError (2) where the container is not paused. */
export function unpauseContainer({ config: { id, name }, state }: Container): void {
  if (!isPaused(state)) throw new UserError(`Container ${name} is not paused`, 2);
  const cgroup = cgroupOf(id, name);
  updateState(id, (now) => {
    const next = thawed(now);
    if (next !== now) thawGroup(cgroup);
    return next;
  });
}

/** Does some work while nothing in a container runs; one that does not run, or is paused already, is left as it is. Throws as {@link pauseContainer} does. */
export async function whilePaused<T>(container: Container, work: () => Promise<T>): Promise<T> {
  if (!isRunning(container.state) || isPaused(container.state)) return work();
  const { id } = container.config;
  remember('pause', id);
  try {
    pauseContainer(container);
    return await work();
  } finally {
    thawById(id);
    forget('pause', id);
  }
}

/** Whether it has a cgroup, by which alone its processes can be frozen. */
export function canBePaused({ config: { id } }: Container): boolean {
  return findCgroup(id) !== undefined;
}

/** Thaws a container that is paused: it may have been removed meanwhile, or have ended. */
export function thawById(id: string): void {
  const container = readContainer(id);
  if (container && isPaused(container.state)) unpauseContainer(container);
}

function cgroupOf(id: string, name: string) {
  const cgroup = findCgroup(id);
  if (cgroup) return cgroup;
  const message = `Container ${name} has no cgroup, and a process can only be frozen through that`;
  throw new UserError(message, 3, 'tslab doctor tells why none can be made here.');
}
