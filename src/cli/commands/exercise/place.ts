import {
  copyFileSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { exerciseFile } from '../../../exercise/text.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { packageRoot } from '../../../state/package-root.js';

/** Where a student's files are: below the current directory, for node and editors to find, and for them to keep. */
const DIRECTORY = 'exercises';

/** The student's own file of an exercise, from the current directory. */
export function ownFile(id: string): string {
  return join(DIRECTORY, `${id}.mjs`);
}

/** Puts the file of an exercise where it is missing, and tslab beside it; all of it belongs to whom the directory belongs. Its path. */
export function placeFile(id: string): string {
  const file = ownFile(id);
  try {
    if (!existsSync(file)) putInto(file, () => copyFileSync(exerciseFile(id, 'start.mjs'), file));
    linkPackage(file);
    return file;
  } catch (error) {
    throw new UserError(`${file} cannot be made: ${(error as Error).message}`, 3, 'Go to a directory of your own.');
  }
}

/** The file as it was at first; what was there is kept beside it. Its path; undefined where there was none. */
export function placeAnew(id: string): string | undefined {
  const [file, kept] = [ownFile(id), `${ownFile(id)}.old`];
  const isThere = existsSync(file);
  if (isThere) renameSync(file, kept);
  placeFile(id);
  return isThere ? kept : undefined;
}

/**
 * Lets the file say `import 'tslab/calls'`, and an editor find the types: a link in the node_modules beside it, unless node
 * finds the package already.
 */
export function linkPackage(file: string): void {
  if (findsPackage(file)) return;
  const link = join(dirname(file), 'node_modules', 'tslab');
  putInto(link, () => {
    if (readLinkOrNothing(link) !== undefined) rmSync(link);
    symlinkSync(packageRoot(), link);
  });
}

function findsPackage(file: string): boolean {
  try {
    createRequire(resolve(file)).resolve('tslab/calls');
    return true;
  } catch {
    return false;
  }
}

function readLinkOrNothing(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Makes something in a directory, which is made where it is missing; with sudo it is not root's, but the directory's owner's. */
function putInto(path: string, make: () => void): void {
  const directory = dirname(path);
  if (!existsSync(directory)) putInto(directory, () => mkdirSync(directory));
  make();
  const { uid, gid } = statSync(directory);
  if (process.geteuid?.() === 0) lchownSync(path, uid, gid);
}
