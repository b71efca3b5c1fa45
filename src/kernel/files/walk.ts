import type { Entry } from './file-names.js';

/** A tree, or several side by side, in one directory of which we are. */
export interface Walkable<E extends Entry = Entry> {
  /** What is in this directory, in any order. */
  entries(): E[];
  /** Goes down into a directory. False where that is not wanted, or it is gone. */
  enter(directory: E): boolean;
  /** Goes up again, when all that is in there has been seen. */
  leave(): void;
}

/**
 * All entries below where the tree is, each directory before what is in it, by name; at each of them the tree is in its directory.
 * What is still to come is remembered for each level: a tree that a container has made may be deeper than our stack.
 */
export function* walk<E extends Entry>(tree: Walkable<E>): Generator<E> {
  const levels = [inTurn(tree)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const entry = level.pop();
    if (entry === undefined) {
      levels.pop();
      if (levels.length > 0) tree.leave();
    } else {
      yield entry;
      if (entry.isDirectory && tree.enter(entry)) levels.push(inTurn(tree));
    }
  }
}

/** The first comes last, since taking the first of a million away moves all the others. */
function inTurn<E extends Entry>(tree: Walkable<E>): E[] {
  return tree.entries().sort((a, b) => (a.name < b.name ? 1 : -1));
}
