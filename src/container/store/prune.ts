import { join } from 'node:path';
import { NotRemoved } from '../../state/not-removed.js';
import { fileBytes } from '../../state/tree.js';
import { type ContainerState, isRunning, isUntried } from '../state.js';
import { removeContainer } from './remove.js';
import type { Container } from './store.js';

/**
 * Removes the containers that do not run. Returns those that were removed, and the bytes that they had written; calls `tell` about what
 * is left of others.
 */
export function pruneContainers(containers: readonly Container[], tell: (problem: NotRemoved) => void = () => {}) {
  const removed: Container[] = [];
  let bytes = 0;
  for (const container of containers.filter(({ state }) => isStopped(state))) {
    const size = fileBytes(join(container.directory, 'upper'));
    if (!discardOrTell(container, tell)) continue;
    removed.push(container);
    bytes += size;
  }
  return { removed, bytes };
}

function discardOrTell(container: Container, tell: (problem: NotRemoved) => void): boolean {
  try {
    return removeContainer(container, false, isStopped);
  } catch (error) {
    if (!(error instanceof NotRemoved)) throw error;
    tell(error);
    return false;
  }
}

/** A new container is about to be started, unless that has failed. */
function isStopped(state: ContainerState): boolean {
  return !isRunning(state) && !isUntried(state);
}
