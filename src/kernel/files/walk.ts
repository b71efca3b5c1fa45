import type { Entry } from './file-names.js';

/** A tree, or several side by side, with a current directory. */
export interface Walkable<E extends Entry = Entry> {
  /** The entries of the current directory, in any order. */
  entries(): E[];
  /** Goes down into a directory. Returns false where it is to be left out, or is gone. */
  enter(directory: E): boolean;
  /** Goes up again, when all entries have been seen. */
  leave(): void;
}

/** Below 0 where the first is before the other. */
export type Order<E> = (a: E, b: E) => number;

/**
 * All entries below the current directory, each directory before its entries, by name or in another order; for each of them the tree is in
 * its directory. The entries that remain are kept for each level: a container's tree may be deeper than our stack.
 */
export function* walk<E extends Entry>(tree: Walkable<E>, order: Order<E> = byName): Generator<E> {
  const levels = [inTurn(tree, order)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const entry = level.pop();
    if (entry === undefined) {
      levels.pop();
      if (levels.length > 0) tree.leave();
    } else {
      yield entry;
      if (entry.isDirectory && tree.enter(entry)) levels.push(inTurn(tree, order));
    }
  }
}

/** In reverse, since to remove the first of a million moves all the others. */
function inTurn<E extends Entry>(tree: Walkable<E>, order: Order<E>): E[] {
  return tree.entries().sort((a, b) => order(b, a));
}

function byName(a: Entry, b: Entry): number {
  return a.name < b.name ? -1 : 1;
}
