import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Elsewhere } from '../../../labs/12-runtime/calls/mounts.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { readMountinfo } from '../../procfs/mountinfo.js';
import { isAlive } from '../../procfs/processes.js';
import { stateDirectory } from '../../state/directories.js';
import { withLock } from '../../state/lock.js';
import { driverMount } from '../../volume/driver.js';
import { lookUpVolume } from '../../volume/volumes.js';
import { isRunning } from '../state.js';
import { type Container, containerIds, readOrSkip } from '../store/store.js';
import { placedMounts } from './plan.js';

/**
 * Where other containers have mounted the volumes of one, as far as those have options of their driver: by the volume's name. To mount a
 * tmpfs again would make a second, empty one. The mount namespaces stay, even if their processes end, until this is disposed.
 */
export class VolumesInUse implements Disposable {
  readonly places: ReadonlyMap<string, Elsewhere>;
  readonly #namespaces: number[] = [];

  constructor(volumes: readonly string[]) {
    const others = volumes.length === 0 ? [] : containerIds().flatMap((id) => readOrSkip(id) ?? []);
    const running = others.filter(({ state }) => isRunning(state));
    this.places = new Map(volumes.flatMap((name) => running.flatMap((one) => this.#find(name, one)).slice(0, 1)));
  }

  #find(name: string, container: Container): [string, Elsewhere][] {
    const { init } = container.state;
    const isIts = (mount: { type: string; name?: string }) => mount.type === 'volume' && mount.name === name;
    if (!container.config.mounts.some(isIts)) return [];
    const place = placedMounts(container).find(isIts)?.target as string;
    const namespace = unlessGone(() => openSync(`/proc/${init.pid}/ns/mnt`, 'r'));
    if (namespace === undefined) return [];
    this.#namespaces.push(namespace);
    const isThere = unlessGone(() => isMounted(name, place, init.pid)) && isAlive(init.pid, init.startTime);
    if (!isThere) return [];
    if (!isPrivileged()) throw outOfReach(name, container.config.name);
    return [[name, { namespace, place }]];
  }

  [Symbol.dispose](): void {
    for (const fd of this.#namespaces.splice(0)) closeSync(fd);
  }
}

/**
 * The volumes that are filesystems of their own. A directory of the host needs no search: it is the same each time. Throws UserError (2)
 * for one that is to be at two places of the container: each would be another filesystem.
 */
export function filesystemsOf({ config }: Container): string[] {
  const names = config.mounts.flatMap((mount) => (mount.type === 'volume' ? [mount.name] : []));
  const found = names.filter((name) => ![undefined, 'bind'].includes(filesystemOf(name))).sort();
  const twice = found.find((name, i) => name === found[i - 1]);
  if (twice === undefined) return found;
  const message = `the volume ${twice} is a filesystem of its own, and can be at one place of a container only`;
  throw new UserError(message, 2, 'Mount it once, and make a link to it where it is wanted, too.');
}

/** Does some work while no other container begins to use these volumes. */
export function lockingVolumes<T>([name, ...others]: readonly string[], work: () => T): T {
  if (name === undefined) return work();
  return withLock(join(stateDirectory('volumes'), name, 'lock'), () => lockingVolumes(others, work));
}

function filesystemOf(name: string): string | undefined {
  return driverMount(lookUpVolume(name)?.options ?? {})?.filesystem;
}

/** EINVAL: a zombie has no mounts any more. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EINVAL'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** A program in there may have unmounted it, or mounted something else on it. */
function isMounted(name: string, place: string, pid: number): boolean {
  return readMountinfo(pid).findLast(({ mountPoint }) => mountPoint === place)?.fstype === filesystemOf(name);
}

function outOfReach(name: string, user: string): UserError {
  const message = `the volume ${name} is mounted by ${user}, and without root no other container reaches that (setns(2))`;
  return new UserError(message, 2, `Stop ${user} first, or use a volume without -o.`);
}
