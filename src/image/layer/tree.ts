/** What a layer has made so far. It begins empty and nobody else writes there, so this is what lies on the disk. */
import type { TarEntry } from '../../tar/entry.js';

export type Leaf = 'file' | 'symbolic link' | 'whiteout' | 'special file';

export class Directory {
  readonly children = new Map<string, Directory | Leaf>();
  /** The member that said its mode, owner and time last; undefined where only something in it was there. */
  entry: TarEntry | undefined;
  isOpaque = false;
  /** Names that layers below may have, and that this one deletes. */
  readonly deleted = new Set<string>();
}

/** A path, and what is there. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly parent: Directory;
  readonly found: Directory | Leaf | undefined;
}

/**
 * Goes down to a path. `missing` is asked for each directory on the way that is none yet; undefined where it does not make one.
 */
export function findPlace(
  root: Directory,
  path: string,
  missing: (place: Place) => Directory | undefined,
): Place | undefined {
  let parent = root;
  for (let start = 0, slash = path.indexOf('/'); ; start = slash + 1, slash = path.indexOf('/', start)) {
    const name = slash < 0 ? path.slice(start) : path.slice(start, slash);
    const place = { path: slash < 0 ? path : path.slice(0, slash), name, parent, found: parent.children.get(name) };
    if (slash < 0) return place;
    const next = place.found instanceof Directory ? place.found : missing(place);
    if (!next) return undefined;
    parent = next;
  }
}

/** All directories below one with their paths, each behind what is in it. */
export function* deepestFirst(directory: Directory, path: string): Generator<readonly [path: string, Directory]> {
  for (const [name, child] of directory.children) {
    if (child instanceof Directory) yield* deepestFirst(child, join(path, name));
  }
  yield [path, directory];
}

/** A name in a directory of the layer. */
export function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}
