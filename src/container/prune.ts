import { join } from 'node:path';
import { diskUsage } from '../state/tree.js';
import { type Container, lockContainer, removeContainer } from './store.js';

/** Removes the containers that do not run. Those that were removed, and the bytes that they took on disk. */
export function pruneContainers(containers: readonly Container[]): { removed: Container[]; bytes: number } {
  const removed: Container[] = [];
  let bytes = 0;
  for (const container of containers.filter(isStopped)) {
    const size = diskUsage(join(container.directory, 'upper'));
    if (!remove(container)) continue;
    removed.push(container);
    bytes += size;
  }
  return { removed, bytes };
}

/** Asked again under the lock: it may have been started meanwhile. */
function remove({ config }: Container): boolean {
  return (
    lockContainer(config.id, (container) => {
      if (!isStopped(container)) return false;
      removeContainer(container);
      return true;
    }) ?? false
  );
}

/** One that was only just created is about to be started, unless that has failed. */
function isStopped({ state: { status, error } }: Container): boolean {
  return status === 'exited' || (status === 'created' && error !== '');
}
