import { join } from 'node:path';
import { diskUsage } from '../state/tree.js';
import { type Container, lockContainer, removeContainer } from './store.js';

/** A container that was only just created is about to be started by whoever did: so long it is left alone, in milliseconds. */
const STARTING = 60_000;

/** Removes the containers that do not run. Those that were removed, and the bytes that they took on disk. */
export function pruneContainers(
  containers: readonly Container[],
  now: number,
): { removed: Container[]; bytes: number } {
  const removed: Container[] = [];
  let bytes = 0;
  for (const container of containers.filter((one) => isStopped(one, now))) {
    const size = diskUsage(join(container.directory, 'upper'));
    if (!remove(container, now)) continue;
    removed.push(container);
    bytes += size;
  }
  return { removed, bytes };
}

/** Asked again under the lock: it may have been started meanwhile. */
function remove({ config }: Container, now: number): boolean {
  return (
    lockContainer(config.id, (container) => {
      if (!isStopped(container, now)) return false;
      removeContainer(container);
      return true;
    }) ?? false
  );
}

function isStopped({ config, state }: Container, now: number): boolean {
  if (state.status === 'created') return state.error !== '' || now - Date.parse(config.created) > STARTING;
  return state.status === 'exited';
}
