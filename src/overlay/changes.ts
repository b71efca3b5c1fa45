import { basename, dirname, join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { walk } from '../kernel/files/walk.js';
import { Layers, type Stack } from './layers.js';

/** What a container did to one path: added, changed or deleted it, in the letters of `docker diff`. */
export interface Change {
  readonly kind: 'A' | 'C' | 'D';
  /** Absolute, as the container sees it. */
  readonly path: string;
}

/** {@link changes}, all at once. */
export function readChanges(stack: Stack): Change[] {
  return [...changes(stack)];
}

// #region changes
/** What a container changed, read from its upper directory alone, each directory before what is in it. Throws UserError at the end where it could not read all. */
export function* changes(stack: Stack): Generator<Change> {
  using layers = new Layers(stack);
  for (const entry of walk(layers)) {
    const kind = layers.kindOf(entry);
    if (kind) yield { kind, path: `/${layers.upper.cursor.pathTo(entry.name)}` };
  }
  refuseClosed(layers.upper.closed);
}
// #endregion

/** Without root: a container's `chmod 0` counts for us too. */
export function refuseClosed([first]: readonly string[]): void {
  if (first === undefined) return;
  throw new UserError(`/${first}: EACCES: this user may not read the directory, so what changed in it is not known`, 2);
}

// #region layer-entry
/** The name of a change in a tar layer: what is deleted stands there as an empty file `.wh.NAME`, as AuFS had it (OCI image-spec, layer.md, "Whiteouts"). */
export function layerEntry({ kind, path }: Change): string {
  const name = path.slice(1);
  return kind === 'D' ? join(dirname(name), `.wh.${basename(name)}`) : name;
}
// #endregion
