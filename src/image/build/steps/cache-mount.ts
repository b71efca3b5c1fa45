import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../../kernel/errors/user-error.js';
import { type Lock, tryLock, tryShareLock } from '../../../state/lock.js';
import { digestOf, hexOf } from '../../digest.js';
import { ownerOfMember, possibleOwners } from '../../layer/owners.js';
import { imagesDirectory } from '../../store/layout.js';
import type { RunMount } from '../dockerfile/run-mounts.js';
import type { HostMount } from '../host.js';
import type { Surroundings } from './here.js';
import type { Scratch } from './scratch.js';

type CacheMount = Extract<RunMount, { type: 'cache' }>;

/** A directory of the store that stays: `tslab builder prune` removes it. Whoever has it holds its lock until the instruction has ended. */
export async function cacheMount(mount: CacheMount, scratch: Scratch, around: Surroundings): Promise<HostMount> {
  const source = scratch.caches.get(mount.id) ?? (await takeFor(scratch, mount, around));
  return { type: 'bind', source, target: mount.target, readOnly: mount.readOnly };
}

async function takeFor(scratch: Scratch, mount: CacheMount, around: Surroundings): Promise<string> {
  const { directory, lock } = await take(mount, around);
  scratch.atEnd(() => lock[Symbol.dispose]());
  scratch.caches.set(mount.id, directory);
  if (!existsSync(directory)) make(directory, mount);
  return directory;
}

interface Taken {
  readonly directory: string;
  readonly lock: Lock;
}

async function take({ id, sharing }: CacheMount, { aborted, tell }: Surroundings): Promise<Taken> {
  for (let tries = 0; ; tries++) {
    const taken = sharing === 'private' ? firstFree(id) : tryTake(directoryOf(id), sharing);
    if (taken) return taken;
    if (tries === 0) tell({ kind: 'warning', text: `the cache ${id} is used by another RUN: this one waits for it` });
    await sleep(PAUSE, undefined, { signal: aborted });
  }
}

/** ms between two looks at a lock: waiting for it (flock) would stop all else. */
const PAUSE = 50;

function tryTake(directory: string, sharing: CacheMount['sharing']): Taken | undefined {
  const lock = sharing === 'shared' ? tryShareLock(`${directory}.lock`) : tryLock(`${directory}.lock`);
  return lock && { directory, lock };
}

function firstFree(id: string): Taken {
  for (let number = 0; ; number++) {
    const taken = tryTake(directoryOf(number === 0 ? id : `${id} ${number}`), 'private');
    if (taken) return taken;
  }
}

function directoryOf(id: string): string {
  return join(imagesDirectory('cache-mounts'), hexOf(digestOf(id)));
}

function make(directory: string, { id, mode, uid, gid }: CacheMount): void {
  try {
    mkdirSync(directory);
    chmodSync(directory, mode);
    const owner = ownerOfMember({ uid, gid }, possibleOwners());
    if (owner) chownSync(directory, owner.uid, owner.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new UserError(`the cache ${id} cannot be made: ${error}`, 3);
  }
}
