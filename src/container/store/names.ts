/** `names/<name> -> <id>`: counts only where the container's config agrees. */

import { lstatSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { UserError } from '../../kernel/errors/user-error.js';
import { notWritable, stateDirectory } from '../../state/directories.js';
import { withLock } from '../../state/lock.js';
import { putAside } from '../../state/quarantine.js';
import { CorruptError, Withheld } from '../../state/stored.js';
import { ID } from './formats.js';
import { readContainer } from './read.js';

/** The id that a name belongs to, or undefined. */
export function idOfName(name: string): string | undefined {
  const id = linkTarget(name);
  return id !== undefined && isCalled(id, name) ? id : undefined;
}

/** A container that cannot be read keeps its name: its directory can be repaired. */
function isCalled(id: string, name: string): boolean {
  try {
    return readContainer(id)?.config.name === name;
  } catch (error) {
    if (error instanceof CorruptError || error instanceof Withheld) return true;
    throw error;
  }
}

/** Names that belong to no container: the command that made or removed it was killed in between. */
export function strayNames(): string[] {
  return readdirSync(stateDirectory('names')).filter((name) => name !== '.lock' && idOfName(name) === undefined);
}

/** Removes such a name, unless it has been taken meanwhile. */
export function removeStrayName(name: string): void {
  lockingNames(() => {
    if (idOfName(name) === undefined) removeLink(nameLink(name));
  });
}

/** Names and directories change under one lock, held for a few system calls. */
export function lockingNames<T>(work: () => T): T {
  return withLock(`${stateDirectory('names')}/.lock`, work);
}

/**
 * Gives a name to a container. Throws UserError (2) where another one has it. A link to a container that was never made, or
 * that has another name by now, is out of date.
 */
export function claimName(name: string, id: string): void {
  const owner = idOfName(name);
  if (owner !== undefined && owner !== id) {
    const message = `The name "${name}" is in use by container ${owner.slice(0, 12)}.`;
    throw new UserError(message, 2, `Remove or rename that container (tslab rm ${name}), or choose another name.`);
  }
  try {
    removeLink(nameLink(name));
    symlinkSync(id, nameLink(name));
  } catch (error) {
    throw notWritable(nameLink(name), error);
  }
}

/** Takes a name from a container, if that still has it. */
export function releaseName(name: string, id: string): void {
  if (linkTarget(name) === id) removeLink(nameLink(name));
}

function nameLink(name: string): string {
  return `${stateDirectory('names')}/${name}`;
}

/** The id that a name leads to; undefined where it leads to anything else. */
function linkTarget(name: string): string | undefined {
  const link = nameLink(name);
  // Most names are free, and an error takes longer to make than this check.
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
  try {
    const target = readlinkSync(link);
    return ID.test(target) ? target : undefined;
  } catch {
    return undefined;
  }
}

/** Anything but a link was not made by tslab. */
function removeLink(link: string): void {
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there?.isSymbolicLink()) unlinkSync(link);
  else if (there) putAside(link);
}
