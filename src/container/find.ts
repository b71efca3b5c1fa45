import { readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openCgroups } from '../cgroup/open.js';
import { UserError } from '../kernel/user-error.js';
import { stateDirectory } from '../state/directories.js';
import { NotRemoved } from '../state/not-removed.js';
import { endedForGood, endedUnseen, neverStarted } from './abandoned.js';
import { type ContainerState, NOBODY } from './config.js';
import { Damaged } from './damaged.js';
import { discard } from './discard.js';
import { nearest } from './options/nearest.js';
import { type Container, containerIds, idOfName, lockContainer, readContainer, writeState } from './store.js';

/** All containers as they really are, newest first. What is damaged is put aside, and `warn` is told. */
export function listContainers(warn: (message: string) => void): Container[] {
  const containers = containerIds().flatMap((id) => readOrQuarantine(id, warn) ?? []);
  return containers
    .flatMap((one) => reconcile(one) ?? [])
    .sort((a, b) => b.config.created.localeCompare(a.config.created));
}

/**
 * The container that a name, an id or an unambiguous start of an id means. Throws UserError (2) where there is none, or
 * several; and where it is damaged, after it was put aside.
 */
export function findContainer(reference: string): Container {
  const found = notDamaged(() => {
    const id = idOfName(reference) ?? idOfPrefix(reference);
    const container = id === undefined ? undefined : readContainer(id);
    return container && reconcile(container);
  });
  if (!found) throw new UserError(`No such container: ${reference}`, 2, suggestion(reference));
  return found;
}

function notDamaged<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw error instanceof Damaged ? new UserError(putAside(error), 2) : error;
  }
}

function suggestion(reference: string): string {
  const likely = nearest(reference, readdirSync(stateDirectory('names')).filter(isName));
  return `${likely ? `Did you mean ${likely}? ` : ''}tslab ps -a lists all containers.`;
}

/** A name may outlive its container, where whoever removed it was killed. */
function isName(name: string): boolean {
  try {
    return idOfName(name) !== undefined;
  } catch {
    return false;
  }
}

function idOfPrefix(prefix: string): string | undefined {
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
  const matching = containerIds().filter((id) => id.startsWith(prefix));
  if (matching.length > 1) {
    const several = matching.map((id) => id.slice(0, 12)).join(', ');
    throw new UserError(
      `More than one container has an id that starts with ${prefix}: ${several}`,
      2,
      'Give more digits.',
    );
  }
  return matching[0];
}

/**
 * Does what the owner of a container would have done at its end, where both are gone (SIGKILL, a reboot): removes the cgroup,
 * corrects the state, and with `--rm` removes the container, which is undefined then; that also where its end was written
 * down. Only its parent could learn the exit status, so that is lost. One that was never started and never will be is removed too.
 */
export function reconcile(container: Container): Container | undefined {
  if (neverStarted(container.state)) return unlessDiscarded(container, neverStarted);
  const known = endedUnseen(container.state) ? buryUnlessBuried(container) : container;
  return known?.config.autoRemove && endedForGood(known.state) ? unlessDiscarded(known, endedForGood) : known;
}

/** Somebody may have started it meanwhile. */
function unlessDiscarded(container: Container, may: (state: ContainerState) => boolean): Container | undefined {
  try {
    return discard(container, true, may) ? undefined : readContainer(container.config.id);
  } catch (error) {
    // It is a container no more; what is left of its directory is told by the sweep.
    if (error instanceof NotRemoved) return undefined;
    throw error;
  }
}

function buryUnlessBuried({ config }: Container): Container | undefined {
  return lockContainer(config.id, (now) => (endedUnseen(now.state) ? bury(now) : now));
}

function bury(container: Container): Container {
  removeCgroup(container.config.id);
  const buried = { ...container, state: ended(container.state) };
  writeState(buried, buried.state);
  return buried;
}

/** What cannot be removed now is left to `tslab cleanup`, which tells why: whoever only lists containers cannot help it. */
function removeCgroup(id: string): void {
  try {
    openCgroups().find(id)?.remove();
  } catch {
    // No cgroups here (UserError), or somebody else's process in it.
  }
}

function ended(state: ContainerState): ContainerState {
  const error = 'exit status unknown: the process that waited for it was killed';
  return {
    ...state,
    status: 'exited',
    init: NOBODY,
    owner: NOBODY,
    finishedAt: new Date().toISOString(),
    exitCode: 137,
    error,
  };
}

function readOrQuarantine(id: string, warn: (message: string) => void): Container | undefined {
  try {
    return readContainer(id);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    warn(putAside(error));
    return undefined;
  }
}

/** Moves a container whose files make no sense out of the way, where a person can look at them. What to say about it. */
function putAside({ file }: Damaged): string {
  const id = basename(dirname(file));
  const aside = join(stateDirectory('quarantine'), id);
  renameSync(dirname(file), aside);
  return `Container ${id.slice(0, 12)} was put aside, since ${file} is damaged: see ${aside}`;
}
