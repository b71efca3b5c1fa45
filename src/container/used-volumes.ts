import { type Container, containerIds, readOrSkip } from './store.js';
import type { UsedBy } from './volumes.js';

/**
 * Tells which containers use a volume, running or not. They are read at the first question, which is asked under the lock of
 * the volumes: so nothing here may want another lock.
 */
export function volumeUsers(): UsedBy {
  let containers: readonly Container[] | undefined;
  return (name) => {
    containers ??= containerIds().flatMap((id) => readOrSkip(id) ?? []);
    return containers.filter(({ config }) => usesVolume(config, name)).map(({ config }) => config.name);
  };
}

function usesVolume({ mounts }: Container['config'], name: string): boolean {
  return mounts.some((mount) => mount.type === 'volume' && mount.name === name);
}
