/** Makes a container on disk of a request. */
import { statfsSync, statSync } from 'node:fs';
import type { ContainerConfig, MountConfig, UsernsConfig } from '../container/record.js';
import { dropUnused } from '../container/store/remove.js';
import { type Container, createContainer } from '../container/store/store.js';
import { freeRange, withRange } from '../container/users/id-ranges.js';
import { UserError } from '../kernel/errors/user-error.js';
import { nodePath } from '../kernel/files/file-names.js';
import { makeDirectories } from '../kernel/files/make-directories.js';
import { KERNEL_PLACES } from '../oci/kernel-paths.js';
import { forget, remember } from '../state/ledger/ledger.js';
import { copyUp } from '../volume/copy-up.js';
import { driverMount } from '../volume/driver.js';
import { refuseKernelPlace } from '../volume/refuse-kernel-place.js';
import {
  type Asked,
  anonymousName,
  createAnonymous,
  ensureVolume,
  keepingVolumes,
  lookUpVolume,
  type Volume,
  volumeSource,
} from '../volume/volumes.js';
import { mergeEnvironment } from './options/environment.js';
import { imageLayers } from './options/image.js';
import type { MountRequest } from './options/mount-request.js';
import { randomId, randomName } from './options/names.js';
import type { RunRequest } from './options/run.js';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Creates the container, and the volumes that it mounts where they are missing. Throws UserError: 2 for a name that is taken, an
 * image or a source that is not there, 3 where the state directory cannot be written. Lets go of what held the image's layers.
 */
export function createFrom(request: RunRequest): Container {
  using _held = request.hold;
  const layers = request.layers ?? imageLayers(request.image, request.rootfs);
  const { inherited = [] } = request;
  const hasVolumes = [...inherited, ...request.mounts].some(({ type }) => type === 'volume');
  // Removal after a failure takes the lock of the volumes itself, so it is outside of that lock.
  return untilWrittenDown((newVolume) => {
    const create = () => {
      inherited.forEach(refuseLost);
      const mounts = request.mounts.map((mount) => resolveMount(mount, layers, newVolume));
      return createWithFreeName(request, layers, mounts);
    };
    return hasVolumes ? keepingVolumes(create) : create();
  });
}

/** The other container may have been removed meanwhile, with its volumes. */
function refuseLost(mount: MountConfig): void {
  if (mount.type !== 'volume' || lookUpVolume(mount.name)) return;
  throw new UserError(`get ${mount.name}: no such volume`, 2, 'The container of --volumes-from has just been removed.');
}

type NewVolume = (asked?: Asked) => Volume;

/**
 * Only their container knows its anonymous volumes. Until it exists they are in the ledger, and where it is not made
 * they are removed.
 */
function untilWrittenDown<T>(work: (newVolume: NewVolume) => T): T {
  const names: string[] = [];
  const newVolume = (asked?: Asked) => {
    const name = anonymousName();
    names.push(name);
    remember('volume', name);
    return createAnonymous(name, asked);
  };
  try {
    return work(newVolume);
  } catch (error) {
    names.forEach(dropUnused);
    throw error;
  } finally {
    if (names.length > 0) forget('volume', ...names);
  }
}

/** A made-up name may be taken meanwhile: then it is another one. */
function createWithFreeName(request: RunRequest, layers: readonly string[], mounts: readonly MountConfig[]): Container {
  const { userns, ...rest } = request;
  if (!userns) return createNamed(rest, layers, mounts);
  return withRange(userns, (range) => createNamed({ ...rest, userns: range }, layers, mounts));
}

function createNamed(request: Ranged, layers: readonly string[], mounts: readonly MountConfig[]): Container {
  for (let attempt = 0; ; attempt++) {
    const config = configure({ ...request, name: request.name ?? randomName(attempt) }, layers, mounts);
    try {
      return createContainer(config);
    } catch (error) {
      const isTaken = error instanceof UserError && error.status === 2;
      if (request.name !== undefined || !isTaken) throw error;
    }
  }
}

/** The record of a container that is not created, for `--dry-run`. What it would mount need not exist. */
export function planned(request: RunRequest): ContainerConfig {
  const mounts = request.mounts.map((mount): MountConfig => {
    if (mount.type !== 'volume') return mount;
    const { name = 'an-anonymous-volume', target, readOnly } = mount;
    return { type: 'volume', name, source: volumeSource(name), target, readOnly, anonymous: mount.name === undefined };
  });
  const { userns, ...rest } = request;
  return configure(
    { ...rest, ...(userns && { userns: freeRange(userns) }), name: request.name ?? randomName() },
    request.layers ?? imageLayers(request.image, request.rootfs),
    mounts,
  );
}

/** Its ids are known. */
type Ranged = Omit<RunRequest, 'userns'> & { readonly userns?: UsernsConfig };
type Named = Ranged & { readonly name: string };

function configure(request: Named, layers: readonly string[], mounts: readonly MountConfig[]): ContainerConfig {
  const { name, rootfs, hold: _, inherited = [], ...rest } = request;
  const id = randomId();
  const hostname = request.hostname ?? id.slice(0, 12);
  const env = mergeEnvironment(usualEnvironment(hostname, request.process.tty), request.process.env);
  const process = { ...request.process, env };
  return {
    ...rest,
    id,
    name,
    layers,
    hostname,
    process,
    mounts: [...inherited, ...mounts],
    created: new Date().toISOString(),
  };
}

/** What Docker sets; HOME follows when the user is known. */
function usualEnvironment(hostname: string, tty: boolean): string[] {
  return [PATH, `HOSTNAME=${hostname}`, ...(tty ? ['TERM=xterm'] : [])];
}

function resolveMount(mount: MountRequest, layers: readonly string[], newVolume: NewVolume): MountConfig {
  if (mount.type === 'tmpfs') return mount;
  if (mount.type === 'bind') return bind(mount);
  const { name, source, anonymous, options } =
    mount.name === undefined ? newVolume(mount.asked) : ensureVolume(mount.name, mount.asked);
  // Files of another filesystem are not there yet.
  if (mount.copy && !driverMount(options)) copyUp(layers, mount.target, source);
  return { type: 'volume', name, source, target: mount.target, readOnly: mount.readOnly, anonymous };
}

function bind({ create, ...mount }: Extract<MountRequest, { type: 'bind' }>): MountConfig {
  if (KERNEL_PLACES.includes(mount.target)) return bindWholeKernelTree(mount);
  if (statSync(nodePath(mount.source), { throwIfNoEntry: false })) return mount;
  if (!create) {
    const message = `invalid mount config for type "bind": bind source path does not exist: ${mount.source}`;
    throw new UserError(message, 2, `mkdir ${mount.source}, or -v ${mount.source}:${mount.target}, which makes it.`);
  }
  makeSource(mount.source);
  return mount;
}

/** On /proc only a whole proc can be mounted, on /sys a whole sysfs: so all paths that are to be hidden are where they are expected. */
function bindWholeKernelTree<Mount extends { source: string; target: string }>(mount: Mount): Mount {
  const isRoot = statSync(mount.source, { throwIfNoEntry: false })?.ino === 1;
  if (!isRoot || statfsSync(nodePath(mount.source)).type !== statfsSync(mount.target).type)
    refuseKernelPlace(mount.target);
  return mount;
}

/** As Docker does for `-v`. */
function makeSource(path: string): void {
  try {
    makeDirectories(path);
  } catch (error) {
    throw new UserError(`error while creating mount source path '${path}': ${(error as Error).message}`, 2);
  }
}
