import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { paths } from '../../src/state/tree.js';
import { attributeName, readAttribute } from './attributes.js';
import { isWhiteout } from './tree.js';

/** What a container did to one path: added, changed or deleted it, in the letters of `docker diff`. */
export interface Change {
  readonly kind: 'A' | 'C' | 'D';
  /** Absolute, as the container sees it. */
  readonly path: string;
}

/** A writable layer and what lies below it, the top-most first. */
export interface Stack {
  readonly upper: string;
  readonly lower: readonly string[];
  /** False: the overlay was mounted in a user namespace. */
  readonly privileged: boolean;
}

// #region changes
/** What a container changed, read from its upper directory alone, in order of path. */
export function readChanges(stack: Stack): Change[] {
  const changes = paths(stack.upper).flatMap((path) => changesAt(stack, path));
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function changesAt(stack: Stack, path: string): Change[] {
  const stats = lstatSync(join(stack.upper, path), { throwIfNoEntry: false });
  if (!stats) return path.includes(UNREADABLE) ? [{ kind: 'A', path: `/${path}` }] : [];
  if (isWhiteout(stats)) return [{ kind: 'D', path: `/${path}` }];
  const kind = isSeen(stack, path) ? 'C' : 'A';
  const hidden = stats.isDirectory() && isOpaque(stack, join(stack.upper, path)) ? hiddenBy(stack, path) : [];
  return [{ kind, path: `/${path}` }, ...hidden.map((name) => ({ kind: 'D' as const, path: `/${path}/${name}` }))];
}
// #endregion

/** Stands in a name that is not UTF-8, and so cannot be looked up by it. */
const UNREADABLE = '\ufffd';

/** What an opaque directory hides and does not have itself. */
function hiddenBy(stack: Stack, path: string): string[] {
  const own = new Set(readdirSync(join(stack.upper, path)));
  const below = stack.lower.map((layer) => join(layer, path)).filter(isDirectory);
  const names = new Set(below.flatMap((directory) => readdirSync(directory)));
  return [...names].filter((name) => !own.has(name) && isSeen(stack, `${path}/${name}`));
}

/** Whether the layers below show something at this path: from the top down, until one has it or hides it. */
export function isSeen(stack: Stack, path: string): boolean {
  for (const layer of stack.lower) {
    const found = lookUp(stack, layer, path);
    if (found !== 'not here') return found === 'here';
  }
  return false;
}

/** Goes down the path name by name. A symbolic link on the way hides what is below it, and must not be followed: it is the image's. */
function lookUp(stack: Stack, layer: string, path: string): 'here' | 'hidden' | 'not here' {
  let opaque = false;
  const names = path.split('/');
  for (const [index] of names.entries()) {
    const prefix = join(layer, ...names.slice(0, index + 1));
    const stats = lstatSync(prefix, { throwIfNoEntry: false });
    if (!stats) return opaque ? 'hidden' : 'not here';
    if (isWhiteout(stats) || (!stats.isDirectory() && index < names.length - 1)) return 'hidden';
    opaque ||= isOpaque(stack, prefix);
  }
  return 'here';
}

function isOpaque({ privileged }: Stack, directory: string): boolean {
  return readAttribute(directory, attributeName('opaque', privileged)) === 'y';
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

// #region layer-entry
/** The name of a change in a tar layer: what is deleted stands there as an empty file `.wh.NAME`, as AuFS had it (OCI image-spec, layer.md, "Whiteouts"). */
export function layerEntry({ kind, path }: Change): string {
  const name = path.slice(1);
  return kind === 'D' ? join(dirname(name), `.wh.${basename(name)}`) : name;
}
// #endregion
