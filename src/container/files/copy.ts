import { basename, join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { type FileTree, isDirectory, isNameless, look, type Place } from '../../kernel/files/file-tree.js';
import type { TreeCopy } from './copy-tree.js';

/** One end of a copy: a path, and whose it is. */
export interface End {
  readonly tree: FileTree;
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
  else if (isTree) throw new UserError(`cannot copy a directory to the file ${to.path}`, 2);
  else tree.copy(source, to.tree.locateTarget(to.path));
}

/** A link with a slash behind it means what it leads to, as for the kernel. */
function findSource({ tree, path }: End, follow: boolean): Place {
  const leads = follow || meansDirectory(path);
  const place = leads ? tree.locateTarget(path) : tree.locate(path);
  if (!look(place)) throw new UserError(`${path}: no such file or directory`, 2);
  return { ...place, shown: path };
}

function meansDirectory(path: string): boolean {
  return path.endsWith('/') || isNameless(path);
}

function copyToNew(source: Place, to: End, { tree, isTree }: { tree: TreeCopy; isTree: boolean }): void {
  if (!isTree && to.path.endsWith('/')) {
    throw new UserError(`${to.path}: no such directory`, 2, 'A file can be copied into a directory that exists.');
  }
  tree.copy(source, to.tree.locateTarget(to.path));
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
