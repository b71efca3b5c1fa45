/**
 * Containers on disk, a directory each:
 *
 *     containers/<id>/config.json   what was asked for
 *                     state.json    how it is
 *                     lock          held by whoever changes the state
 *                     upper/ work/ merged/   overlay;  stdout.log stderr.log
 *     names/<name> -> <id>          counts only where the container's config agrees
 *
 * A directory appears whole (made elsewhere, then renamed) and a file changes whole, so a crash between any two writes
 * leaves nothing that the next command does not understand.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/user-error.js';
import { writeAtomically, writeInAnyCase } from '../state/atomic.js';
import { errnoName, notWritable, stateDirectory } from '../state/directories.js';
import { forget, thisProcess } from '../state/ledger.js';
import { withLock } from '../state/lock.js';
import { removeTree } from '../state/remove-tree.js';
import { makeTemporary, removeTemporary } from '../state/temporary.js';
import { type ContainerConfig, type ContainerState, NOBODY } from './config.js';
import { Damaged } from './damaged.js';

/** A container and the directory that holds it. */
export interface Container {
  readonly directory: string;
  readonly config: ContainerConfig;
  readonly state: ContainerState;
}

export const NEW_STATE: ContainerState = {
  status: 'created',
  init: NOBODY,
  owner: NOBODY,
  startedAt: '',
  finishedAt: '',
  exitCode: 0,
  oomKilled: false,
  error: '',
  restartCount: 0,
  stopRequested: false,
};

/** Writes a new container down. Throws UserError: 2 where the name is taken, 3 where the disk is full or not writable. */
export function createContainer(config: ContainerConfig): Container {
  const draft = makeTemporary(stateDirectory('containers'));
  try {
    for (const part of ['upper', 'work', 'merged']) mkdirSync(join(draft, part), { mode: 0o755 });
    write(join(draft, 'config.json'), config);
    const state = { ...NEW_STATE, owner: thisProcess() };
    write(join(draft, 'state.json'), state, (path, text) => writeAtomically(path, text, isKept(config)));
    return locked(() => {
      claimName(config.name, config.id);
      renameSync(draft, directoryOf(config.id));
      forget('directory', draft);
      return { directory: directoryOf(config.id), config, state };
    });
  } catch (error) {
    removeTemporary(draft);
    throw error instanceof UserError ? error : notWritable(draft, error);
  }
}

/** Ids of all containers. */
export function containerIds(): string[] {
  return readdirSync(stateDirectory('containers')).filter((name) => /^[0-9a-f]{64}$/.test(name));
}

/** The container of this id, or undefined where it is gone. Throws {@link Damaged} where its files make no sense. */
export function readContainer(id: string): Container | undefined {
  const directory = directoryOf(id);
  const config = read<ContainerConfig>(
    join(directory, 'config.json'),
    (value) => value.id === id && Boolean(value.name),
  );
  const state = read<ContainerState>(
    join(directory, 'state.json'),
    (value) => STATUSES.has(value.status) && Boolean(value.init),
  );
  return config && state && { directory, config, state };
}

/** The same, and undefined where it is damaged: whoever lists containers next puts that aside. */
export function readOrSkip(id: string): Container | undefined {
  try {
    return readContainer(id);
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}

/** The id that a name belongs to, or undefined. */
export function idOfName(name: string): string | undefined {
  const id = linkTarget(name);
  return id !== undefined && readContainer(id)?.config.name === name ? id : undefined;
}

/** Works on a container alone: nobody else changes it meanwhile. Undefined where it is gone. `work` must not wait for anything. */
export function lockContainer<T>(id: string, work: (container: Container) => T): T | undefined {
  try {
    return withLock(join(directoryOf(id), 'lock'), () => {
      const container = readContainer(id);
      return container && work(container);
    });
  } catch (error) {
    if (errnoName(error) === 'ENOENT' && !existsSync(directoryOf(id))) return undefined;
    throw error;
  }
}

/** Changes a container's state, alone. The container as it is then; undefined where it is gone. */
export function updateState(id: string, change: (state: ContainerState) => ContainerState): Container | undefined {
  return lockContainer(id, (container) => {
    const state = change(container.state);
    if (state !== container.state) writeState(container, state);
    return { ...container, state };
  });
}

/** Writes a state from within {@link lockContainer}: for a step that must be on disk before the next is taken. It can be, also where the disk is full. */
export function writeState({ directory, config }: Container, state: ContainerState): void {
  write(join(directory, 'state.json'), state, (path, text) => writeInAnyCase(path, text, isKept(config)));
}

/** With `--rm` nobody wants the state back after a power cut. */
function isKept({ autoRemove }: ContainerConfig): boolean {
  return !autoRemove;
}

/** Gives a container another name. Throws UserError (2) where it is taken. */
export function renameContainer(container: Container, name: string): void {
  changeConfig(container, (config) => {
    claimName(name, config.id);
    return { ...config, name };
  });
}

/** From now on a supervisor starts the container, and its output is logged. */
export function makeDetached(container: Container): void {
  changeConfig(container, (config) => ({ ...config, detached: true }));
}

/** It is read again: another command may have changed it meanwhile. */
function changeConfig({ config: { id, name } }: Container, change: (config: ContainerConfig) => ContainerConfig): void {
  locked(() => {
    const now = readContainer(id);
    if (!now) throw new UserError(`No such container: ${name}`, 2);
    const config = change(now.config);
    write(join(now.directory, 'config.json'), config);
    if (config.name !== now.config.name) rmSync(nameLink(now.config.name), { force: true });
  });
}

/** Removes a container's directory and its name. Its process and cgroup must be gone. */
export function removeContainer({ config, directory }: Container): void {
  const doomed = `${directory}.removed`;
  locked(() => {
    // It may have another name by now.
    const { name } = readOrSkip(config.id)?.config ?? config;
    if (existsSync(directory)) renameSync(directory, doomed);
    if (linkTarget(name) === config.id) rmSync(nameLink(name), { force: true });
  });
  removeTree(doomed);
}

/** Names that belong to no container: whoever made or removed it was killed in between. */
export function strayNames(): string[] {
  return readdirSync(stateDirectory('names')).filter((name) => name !== '.lock' && isStray(name));
}

/** Removes such a name, unless somebody has taken it meanwhile. */
export function removeStrayName(name: string): void {
  locked(() => {
    if (isStray(name)) rmSync(nameLink(name), { force: true });
  });
}

/** That of a damaged container is none: its directory can be repaired. */
function isStray(name: string): boolean {
  try {
    return idOfName(name) === undefined;
  } catch (error) {
    if (error instanceof Damaged) return false;
    throw error;
  }
}

const STATUSES: ReadonlySet<string> = new Set<ContainerState['status']>(['created', 'running', 'paused', 'exited']);

function directoryOf(id: string): string {
  return join(stateDirectory('containers'), id);
}

function nameLink(name: string): string {
  return join(stateDirectory('names'), name);
}

/** Names and directories change under one lock, held for a few system calls. */
function locked<T>(work: () => T): T {
  return withLock(join(stateDirectory('names'), '.lock'), work);
}

/** A link to a container that never came to be, or that has another name by now, is out of date. */
function claimName(name: string, id: string): void {
  const owner = idOfName(name);
  if (owner !== undefined && owner !== id) {
    const message = `The name "${name}" is in use by container ${owner.slice(0, 12)}.`;
    throw new UserError(message, 2, `Remove or rename that container (tslab rm ${name}), or choose another name.`);
  }
  rmSync(nameLink(name), { force: true });
  symlinkSync(id, nameLink(name));
}

function linkTarget(name: string): string | undefined {
  try {
    return readlinkSync(nameLink(name));
  } catch {
    return undefined;
  }
}

function write(path: string, value: unknown, how = writeAtomically): void {
  try {
    how(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw notWritable(path, error);
  }
}

function read<T>(path: string, isSane: (value: T) => boolean): T | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as T;
    if (isSane(value)) return value;
  } catch (error) {
    if (errnoName(error) === 'ENOENT' && !existsSync(join(path, '..'))) return undefined;
    if (!(error instanceof SyntaxError) && errnoName(error) !== 'ENOENT') throw error;
  }
  throw new Damaged(path);
}
