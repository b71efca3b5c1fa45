import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateDirectory } from '../../state/directories.js';
import { lookAt } from '../../state/look.js';
import { Damaged, readStored, Withheld } from '../../state/stored.js';
import type { ContainerConfig } from '../record.js';
import type { ContainerState } from '../state.js';
import { CONFIG, ID, STATE } from './formats.js';

/** A container and the directory that holds it. */
export interface Container {
  readonly directory: string;
  readonly config: ContainerConfig;
  readonly state: ContainerState;
}

/** Ids of all containers. */
export function containerIds(): string[] {
  return readdirSync(stateDirectory('containers')).filter((name) => ID.test(name));
}

/** The container of this id, or undefined where it is gone. Throws {@link Damaged} where its files make no sense, {@link Withheld}. */
export function readContainer(id: string): Container | undefined {
  const directory = directoryOf(id);
  try {
    const config = readConfig(directory, id);
    return { directory, config, state: readStored(join(directory, 'state.json'), STATE) };
  } catch (error) {
    if (error instanceof Damaged && isGone(directory)) return undefined;
    throw error;
  }
}

function readConfig(directory: string, id: string): ContainerConfig {
  const config = readStored(join(directory, 'config.json'), CONFIG);
  if (config.id === id) return config;
  throw new Damaged(join(directory, 'config.json'), `its id is ${config.id.slice(0, 12)}, not that of its directory`);
}

/** Nothing is there, not even a link that leads nowhere. */
export function isGone(directory: string): boolean {
  return lookAt(directory) === undefined;
}

/** The same, and undefined where it cannot be read: whoever lists containers next tells, and puts aside what is damaged. */
export function readOrSkip(id: string): Container | undefined {
  try {
    return readContainer(id);
  } catch (error) {
    if (error instanceof Damaged || error instanceof Withheld) return undefined;
    throw error;
  }
}

/** Where a container of this id is, or would be. */
export function directoryOf(id: string): string {
  return join(stateDirectory('containers'), id);
}
