import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { openCgroups } from '../../cgroup/open.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { disconnect } from '../../network/rootless/helper-file.js';
import { isReadOnly, stateDirectory } from '../../state/directories.js';
import { nearest } from '../../state/nearest.js';
import { NotRemoved } from '../../state/not-removed.js';
import { putAside } from '../../state/quarantine.js';
import { CorruptError, Withheld } from '../../state/stored.js';
import { type ContainerState, endedForGood, endedUnseen, isDead, lost, neverStarted } from '../state.js';
import { idOfName } from './names.js';
import { removeContainer } from './remove.js';
import { type Container, containerIds, lockContainer, readContainer, writeState } from './store.js';

/** All containers with their states corrected, newest first. Damaged ones are moved aside, those of a newer tslab left out, and `warn` is called. */
export function listContainers(warn: (message: string) => void): Container[] {
  const containers = containerIds().flatMap((id) => readOrQuarantine(id, warn) ?? []);
  return containers
    .flatMap((one) => reconcile(one) ?? [])
    .sort((a, b) => b.config.created.localeCompare(a.config.created));
}

/**
 * The container that a name, an id or an unambiguous start of an id means. Throws UserError (2) where there is none, or
 * several; and where it cannot be read: a damaged one has been moved aside then.
 */
export function findContainer(reference: string): Container {
  const found = readable(() => {
    const id = idOfName(reference) ?? idOfPrefix(reference);
    const container = id === undefined ? undefined : readContainer(id);
    return container && reconcile(container);
  });
  if (!found) throw new UserError(`No such container: ${reference}`, 2, suggestion(reference));
  return found;
}

function readable<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof CorruptError) throw new UserError(tellDamaged(error), 2);
    throw error instanceof Withheld ? new UserError(tellWithheld(error), 2, error.remedy) : error;
  }
}

function suggestion(reference: string): string {
  const likely = nearest(
    reference,
    readdirSync(stateDirectory('names')).filter((name) => idOfName(name) !== undefined),
  );
  return `${likely ? `Did you mean ${likely}? ` : ''}tslab ps -a lists all containers.`;
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
 * Does the work of a container's owner at its end, where both are gone (SIGKILL, a reboot): removes the cgroup,
 * corrects the state, and with `--rm` removes the container and returns undefined; also where its end was recorded
 * already. Only its parent could learn the exit status, so that is lost. One that was never started and never will be is removed too.
 */
export function reconcile(container: Container): Container | undefined {
  if (neverStarted(container.state)) return unlessDiscarded(container, neverStarted);
  const known = isOver(container) ? buryUnlessBuried(container) : container;
  return known?.config.autoRemove && endedForGood(known.state) ? unlessDiscarded(known, endedForGood) : known;
}

/** Also where its owner lives and could not record it. */
function isOver({ directory, state }: Container): boolean {
  return endedUnseen(state) || (isDead(state) && isReadOnly(directory));
}

/** It may have been started meanwhile. Where it cannot be removed it stays. */
function unlessDiscarded(container: Container, may: (state: ContainerState) => boolean): Container | undefined {
  if (isReadOnly(container.directory)) return container;
  try {
    return removeContainer(container, true, may) ? undefined : readContainer(container.config.id);
  } catch (error) {
    // It is no container any more; the sweep reports what is left of its directory.
    if (error instanceof NotRemoved) return undefined;
    throw error;
  }
}

function buryUnlessBuried({ config }: Container): Container | undefined {
  return lockContainer(config.id, (now) => (isOver(now) ? bury(now) : now));
}

function bury(container: Container): Container {
  removeCgroup(container.config.id);
  const buried = { ...container, state: lost(container.state, new Date().toISOString()) };
  if (isReadOnly(container.directory)) return buried;
  disconnect(container.directory);
  writeState(container, buried.state);
  return buried;
}

/** What cannot be removed now is left to `tslab cleanup`, which tells why. */
function removeCgroup(id: string): void {
  try {
    openCgroups().find(id)?.remove();
  } catch {
    // No cgroups here (UserError), or a process of another user in it.
  }
}

function readOrQuarantine(id: string, warn: (message: string) => void): Container | undefined {
  try {
    return readContainer(id);
  } catch (error) {
    if (error instanceof CorruptError) warn(tellDamaged(error));
    else if (error instanceof Withheld) warn(`${tellWithheld(error)} ${error.remedy}`);
    else throw error;
    return undefined;
  }
}

/** Moves a container with damaged files aside, if possible. Returns a message about it. */
function tellDamaged({ file, message }: CorruptError): string {
  const name = `Container ${basename(dirname(file)).slice(0, 12)}`;
  try {
    return `${name} was put aside, since ${message}: see ${putAside(dirname(file))}`;
  } catch (error) {
    return `${name} is left out, since ${message}; and it cannot be put aside: ${(error as Error).message}`;
  }
}

function tellWithheld({ file, message }: Withheld): string {
  return `Container ${basename(dirname(file)).slice(0, 12)} is left as it is, since ${message}.`;
}
