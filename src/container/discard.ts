import { type Container, removeContainer } from './store.js';
import { volumeUsers } from './used-volumes.js';
import { removeVolume } from './volumes.js';

/** Removes a container that does not run; with `volumes` its anonymous ones too, as `docker rm -v` and `--rm` do. */
export function discard(container: Container, volumes: boolean): void {
  removeContainer(container);
  if (volumes) dropAnonymousVolumes(container);
}

/** Removes the volumes without a name of a container that is gone. */
export function dropAnonymousVolumes({ config }: Container): void {
  for (const mount of config.mounts) {
    if (mount.type === 'volume' && mount.anonymous) dropVolume(mount.name);
  }
}

/** One that another container took by its name stays; one that is gone already need not be told. */
function dropVolume(name: string): void {
  const usedBy = volumeUsers();
  if (usedBy(name).length === 0) removeVolume(name, usedBy);
}
