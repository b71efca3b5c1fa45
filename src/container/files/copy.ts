import { basename, dirname, join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { CopyError, explaining } from '../../kernel/files/copy-error.js';
import { type FileTree, isDirectory, isNameless, look, type Place } from '../../kernel/files/file-tree.js';
import type { TreeCopy } from './copy-tree.js';

/** One end of a copy: a path, and whose it is. */
export interface End {
  readonly tree: FileTree;
  /** The name of the container; undefined for this machine. */
  readonly container?: string | undefined;
  readonly path: string;
}

/**
 * Copies by the rules of `docker cp`: into a directory that exists; onto a file, or under the new name; with `/.` behind the
 * source, or where the destination does not exist yet, the entries of the source directory. `follow`: the source may be a link.
 * Throws UserError where the kernel, or a rule, refuses.
 */
export function copy(from: End, to: End, { tree, follow }: { tree: TreeCopy; follow: boolean }): void {
  const source = findSource(from, follow);
  const isTree = look(source)?.isDirectory() ?? false;
  if (!isTree && meansDirectory(from.path)) throw new UserError(`${from.path}: not a directory`, 2);
  const target = to.tree.find(to.path);
  if (target === undefined) copyToNew(source, to, { tree, isTree });
  else if (isDirectory(target)) copyInto(source, target, { tree, to });
  else if (isTree)
    throw new UserError('cannot copy directory', 2, `${to.path} is a file, and not replaced by a directory.`);
  else tree.copy(source, targetOf(to));
}

/** Where a source is. A link with a slash behind it means what it leads to, as for the kernel. Throws UserError where there is none. */
export function findSource({ tree, path, container }: End, follow: boolean): Place {
  const leads = follow || meansDirectory(path);
  const find = () => (leads ? tree.locateTarget(path) : tree.locate(path));
  const place = unlessMissing(find, () => notFound(path, container));
  if (!explaining({ shown: path }, () => look(place))) throw notFound(path, container);
  return { ...place, shown: path };
}

/** Where a copy will be: its directory has to exist. Docker's words for this machine are of ValidateOutputPath() in docker/cli. */
function targetOf({ tree, path, container }: End): Place {
  const directory = dirname(path);
  const missing = () =>
    container === undefined
      ? new UserError(`invalid output path: directory ${JSON.stringify(directory)} does not exist`, 2)
      : notFound(directory, container);
  return unlessMissing(() => tree.locateTarget(path), missing);
}

function unlessMissing(find: () => Place, missing: () => UserError): Place {
  try {
    return find();
  } catch (error) {
    throw error instanceof CopyError && error.errno === 'ENOENT' ? missing() : error;
  }
}

/** Docker's words (moby, containerFileNotFound in daemon/errors.go; docker/cli, an lstat(2) of Go's). */
function notFound(path: string, container: string | undefined): UserError {
  const message =
    container === undefined
      ? `lstat ${path}: no such file or directory`
      : `Could not find the file ${path} in container ${container}`;
  return new UserError(message, 2);
}

function meansDirectory(path: string): boolean {
  return path.endsWith('/') || isNameless(path);
}

function copyToNew(source: Place, to: End, { tree, isTree }: { tree: TreeCopy; isTree: boolean }): void {
  if (!isTree && to.path.endsWith('/')) {
    throw new UserError(
      'no such directory',
      2,
      `A file can be copied into a directory that exists; ${to.path} does not.`,
    );
  }
  tree.copy(source, targetOf(to));
}

/** Of a path that ends in no name (`/`, `a/.`) the contents are copied. */
function copyInto(source: Place, target: number, { tree, to }: { tree: TreeCopy; to: End }): void {
  if (!isNameless(source.shown)) {
    const name = basename(source.shown);
    tree.copy(source, { directory: target, name, shown: join(to.path, name) });
    return;
  }
  tree.copyContents(source, { directory: target, name: '.', shown: to.path });
}
