import { readdirSync } from 'node:fs';
import { stateDirectory } from '../../state/directories.js';
import { lookAt } from '../../state/look.js';
import { CorruptError, readStored, Withheld } from '../../state/stored.js';
import type { ContainerConfig } from '../record.js';
import type { ContainerState } from '../state.js';
import { CONFIG, ID } from './formats.js';
import { STATE } from './state-formats.js';

/** A container and the directory that holds it. */
export interface Container {
  readonly directory: string;
  readonly config: ContainerConfig;
  readonly state: ContainerState;
}

/** The names of its files: the record, and the OCI spec that it becomes. */
export const RECORD = 'container.json';
export const SPEC = 'config.json';

/** Ids of all containers. */
export function containerIds(): string[] {
  return readdirSync(stateDirectory('containers')).filter((name) => ID.test(name));
}

/** The container of this id, or undefined where it is gone. Throws {@link CorruptError} where its files make no sense, {@link Withheld}. */
export function readContainer(id: string): Container | undefined {
  const directory = directoryOf(id);
  try {
    const config = readConfig(directory, id);
    return { directory, config, state: readStored(`${directory}/state.json`, STATE) };
  } catch (error) {
    if (error instanceof CorruptError && isGone(directory)) return undefined;
    throw error;
  }
}

function readConfig(directory: string, id: string): ContainerConfig {
  const file = recordOf(directory);
  try {
    const config = readRecord(file);
    if (config.id === id) return config;
    throw new CorruptError(file, `its id is ${config.id.slice(0, 12)}, not that of its directory`);
  } catch (error) {
    // Somebody has just started it: now it has a record of the new name, and a spec under the old one.
    if (error instanceof CorruptError && recordOf(directory) !== file) return readConfig(directory, id);
    throw error;
  }
}

let last: { readonly as: string; readonly config: ContainerConfig } | undefined;

/** The one that was read last is not read again before it changes: a start asks for it five times, and it names each layer. */
function readRecord(file: string): ContainerConfig {
  const { dev, ino, size, mtimeMs, ctimeMs } = lookAt(file) ?? {};
  const as = [file, dev, ino, size, mtimeMs, ctimeMs].join();
  if (last?.as !== as) last = { as, config: readStored(file, CONFIG) };
  return last.config;
}

/** The file with what was asked for. Before there were specs it was called config.json, and still is where none has been written since. */
export function recordOf(directory: string): string {
  const [record, before] = [`${directory}/${RECORD}`, `${directory}/${SPEC}`];
  return lookAt(record) === undefined && lookAt(before) !== undefined ? before : record;
}

/** Whether nothing is there, not even a broken link. */
export function isGone(directory: string): boolean {
  return lookAt(directory) === undefined;
}

/** The same, and undefined where it cannot be read: whoever lists containers next tells, and puts aside what is damaged. */
export function readOrSkip(id: string): Container | undefined {
  try {
    return readContainer(id);
  } catch (error) {
    if (error instanceof CorruptError || error instanceof Withheld) return undefined;
    throw error;
  }
}

/** The directory of a container of this id. */
export function directoryOf(id: string): string {
  return `${stateDirectory('containers')}/${id}`;
}
