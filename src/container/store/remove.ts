import { forget, remember } from '../../state/ledger/ledger.js';
import { dropVolume } from '../../volume/volumes.js';
import { type ContainerState, isRunning } from '../state.js';
import { type Container, deleteContainer, lockContainer } from './store.js';
import { volumeUsers } from './used-volumes.js';

/**
 * Removes a container that does not run; with `volumes` its anonymous ones too, as `docker rm -v` and `--rm` do. It checks again
 * under its lock, since it may have been started or removed meanwhile: returns false then.
 */
export function removeContainer(container: Container, volumes: boolean, may = isStopped): boolean {
  const names = volumes ? anonymousVolumes(container) : [];
  rememberIfPossible(names);
  const removed = lockContainer(container.config.id, (now) => {
    if (!may(now.state)) return false;
    deleteContainer(now);
    return true;
  });
  // Not under that lock: a process with the lock of the volumes must not wait for another.
  if (removed) names.forEach(dropUnused);
  if (names.length > 0) forget('volume', ...names);
  return removed ?? false;
}

function isStopped(state: ContainerState): boolean {
  return !isRunning(state);
}

function anonymousVolumes({ config }: Container): string[] {
  return config.mounts.flatMap((mount) => (mount.type === 'volume' && mount.anonymous ? [mount.name] : []));
}

/** When the container is gone nothing else knows of them. They are removed on a full disk too. */
function rememberIfPossible(names: readonly string[]): void {
  try {
    if (names.length > 0) remember('volume', ...names);
  } catch {}
}

/** Removes an anonymous volume with its container; it stays where another container uses it by its name. */
export function dropUnused(name: string): void {
  dropVolume(name, volumeUsers());
}
