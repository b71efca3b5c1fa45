/**
 * Containers on disk, a directory each:
 *
 *     containers/<id>/container.json   what was asked for
 *                     state.json       its state
 *                     health.json      what checks of its health came to, where something checks that
 *                     config.json      the specification (OCI) that its last start came to, for people; nothing reads it
 *                     lock             held while the state is changed
 *                     upper/ work/ merged/   overlay;  stdout.log stderr.log;  hostname hosts resolv.conf   in its /etc
 *     names/<name> -> <id>          counts only where the container's config agrees
 *
 * A directory appears whole (made elsewhere, then renamed) and a file changes whole, so a crash between any two writes
 * leaves nothing that the next command does not understand.
 */

import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { readSpecFile } from '../../oci/config-json.js';
import { formatJson } from '../../oci/json.js';
import type { Spec } from '../../oci/spec.js';
import { writeAtomically, writeInAnyCase, writeNew } from '../../state/atomic.js';
import { isReadOnly, notWritable, stateDirectory } from '../../state/directories.js';
import { forget, thisProcess } from '../../state/ledger/ledger.js';
import { withLock } from '../../state/lock.js';
import { removeTree } from '../../state/remove-tree.js';
import { storedText, writeStored } from '../../state/stored.js';
import { makeTemporary, removeTemporary } from '../../state/temporary.js';
import type { ContainerConfig } from '../record.js';
import { type ContainerState, createdBy } from '../state.js';
import { CONFIG } from './formats.js';
import { claimName, lockingNames, releaseName } from './names.js';
import { type Container, directoryOf, isGone, RECORD, readContainer, readOrSkip, recordOf, SPEC } from './read.js';
import { STATE } from './state-formats.js';
import { tellChange, tellOf } from './tell.js';

export { type Container, containerIds, readContainer, readOrSkip } from './read.js';

/** Stores a new container. Throws UserError: 2 where the name is taken, 3 where the disk is full or not writable. */
export function createContainer(config: ContainerConfig): Container {
  const draft = makeTemporary(stateDirectory('containers'));
  try {
    for (const part of ['upper', 'work', 'merged']) makeOpen(join(draft, part));
    const state = createdBy(thisProcess());
    const write = (path: string, text: string) => writeNew(path, text, isKept(config));
    writeStored(join(draft, RECORD), storedText(config, CONFIG), write);
    writeStored(join(draft, 'state.json'), storedText(state, STATE), write);
    return lockingNames(() => {
      claimName(config.name, config.id);
      renameSync(draft, directoryOf(config.id));
      forget('directory', draft);
      tellOf(config, 'create');
      return { directory: directoryOf(config.id), config, state };
    });
  } catch (error) {
    removeTemporary(draft);
    throw error instanceof UserError ? error : notWritable(draft, error);
  }
}

/** The root of the container gets the mode of `upper`, whatever the umask is. */
function makeOpen(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

/** Works on a container under its lock. Returns undefined where it is gone. `work` must not wait for anything. */
export function lockContainer<T>(id: string, work: (container: Container) => T): T | undefined {
  try {
    return withLock(join(directoryOf(id), 'lock'), () => {
      const container = readContainer(id);
      return container && work(container);
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && isGone(directoryOf(id))) return undefined;
    throw error;
  }
}

/** Changes a container's state under its lock. Returns the changed container; undefined where it is gone. */
export function updateState(id: string, change: (state: ContainerState) => ContainerState): Container | undefined {
  return lockContainer(id, (container) => {
    const state = change(container.state);
    if (state !== container.state) writeState(container, state);
    return { ...container, state };
  });
}

/** The same, but does not fail on a read-only file system: there only the caller sees the change. */
export function updateStateIfPossible(
  id: string,
  change: (state: ContainerState) => ContainerState,
): Container | undefined {
  if (!isReadOnly(stateDirectory('containers'))) return updateState(id, change);
  const container = readContainer(id);
  return container && { ...container, state: change(container.state) };
}

/**
 * Writes a state from within {@link lockContainer}: for a step that must be on disk before the next is taken. It can be, also where the disk is
 * full. The change is told first: whoever waits for it tells what comes of it behind that.
 */
export function writeState({ directory, config, state: before }: Container, state: ContainerState): void {
  tellChange(config, before, state);
  const durable = isKept(config);
  writeStored(join(directory, 'state.json'), storedText(state, STATE), (path, text) =>
    writeInAnyCase(path, text, durable),
  );
}

/**
 * Writes down what a container comes to at this start, from within {@link lockContainer}. In the directory of one that an older tslab
 * made the record has that name, and gets its own first.
 */
export function writeSpec({ directory, config }: Container, spec: Spec): void {
  if (recordOf(directory) !== join(directory, RECORD)) writeConfig(directory, config);
  writeStored(join(directory, SPEC), formatJson(spec), (path, text) => writeAtomically(path, text, false));
}

/** What a container has come to at its last start. Undefined where an older tslab has started it. Throws UserError where it cannot be read. */
export function readOwnSpec({ directory }: Container): Spec | undefined {
  return recordOf(directory) === join(directory, RECORD) ? readSpecFile(join(directory, SPEC)) : undefined;
}

/** With `--rm` the state is not needed after a power cut. */
function isKept({ autoRemove }: ContainerConfig): boolean {
  return !autoRemove;
}

/** Gives a container another name. Throws UserError (2) where it is taken. */
export function renameContainer(container: Container, name: string): void {
  changeConfig(container, (config) => {
    claimName(name, config.id);
    return { ...config, name };
  });
  tellOf({ ...container.config, name }, 'rename', { oldName: `/${container.config.name}` });
}

/** Makes a container detached: a supervisor starts it from now on, and its output is logged. */
export function makeDetached(container: Container): void {
  changeConfig(container, (config) => ({ ...config, detached: true }));
}

/** Changes what was asked for, under a lock. Read again: another command may have changed it meanwhile. Throws UserError (2) where it is gone. */
export function changeConfig(
  { config: { id, name } }: Container,
  change: (config: ContainerConfig) => ContainerConfig,
): void {
  lockingNames(() => {
    const now = readContainer(id);
    if (!now) throw new UserError(`No such container: ${name}`, 2);
    const config = change(now.config);
    writeConfig(now.directory, config);
    if (config.name !== now.config.name) releaseName(now.config.name, id);
  });
}

/** Removes a container's directory and its name. Its process and cgroup must be gone. */
export function deleteContainer({ config, directory }: Container): void {
  const doomed = `${directory}.removed`;
  lockingNames(() => {
    // Its name may have changed meanwhile.
    const { name } = readOrSkip(config.id)?.config ?? config;
    moveAway(directory, doomed);
    releaseName(name, config.id);
  });
  tellOf(config, 'destroy');
  removeTree(doomed);
}

function moveAway(directory: string, doomed: string): void {
  try {
    if (existsSync(directory)) renameSync(directory, doomed);
  } catch (error) {
    throw notWritable(directory, error);
  }
}

function writeConfig(directory: string, config: ContainerConfig): void {
  writeStored(join(directory, RECORD), storedText(config, CONFIG));
}
