import { join } from 'node:path';
import { diskUsage } from '../state/tree.js';
import type { ContainerState } from './config.js';
import { discard } from './discard.js';
import type { Container } from './store.js';

/** Removes the containers that do not run. Those that were removed, and the bytes that they took on disk. */
export function pruneContainers(containers: readonly Container[]): { removed: Container[]; bytes: number } {
  const removed: Container[] = [];
  let bytes = 0;
  for (const container of containers.filter(({ state }) => isStopped(state))) {
    const size = diskUsage(join(container.directory, 'upper'));
    if (!discard(container, false, isStopped)) continue;
    removed.push(container);
    bytes += size;
  }
  return { removed, bytes };
}

/** One that was only just created is about to be started, unless that has failed. */
function isStopped({ status, error }: ContainerState): boolean {
  return status === 'exited' || (status === 'created' && error !== '');
}
