import { existsSync, writeFileSync } from 'node:fs';
import { isCreated } from '../../../container/state.js';
import { removeContainer } from '../../../container/store/remove.js';
import type { Container } from '../../../container/store/store.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nodePath } from '../../../kernel/files/file-names.js';

/** `--cidfile`: a container of before may still have the file. Throws UserError (2), in the words of docker/cli (newCIDFile()). */
export function refuseExisting(path: string): void {
  if (existsSync(nodePath(path))) throw found(path);
}

/**
 * Writes the id of a new container into its file, in one piece: unlike docker's the file never exists without it, whoever is killed. Where it cannot
 * be made the container is removed, and UserError (2) thrown.
 */
export function writeCidFile(container: Container): void {
  const { id, cidFile: path = '' } = container.config;
  try {
    writeFileSync(nodePath(path), id, { flag: 'wx' });
  } catch (error) {
    removeContainer(container, true, isCreated);
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw found(path);
    const message = `failed to create the container ID file: ${(error as Error).message}`;
    throw new UserError(message, 2, 'Name a file that does not exist, in a directory that does.');
  }
}

function found(path: string): UserError {
  const message = `container ID file found, make sure the other container isn't running or delete ${path}`;
  return new UserError(message, 2, 'The file is there already: name another, or remove it.');
}
