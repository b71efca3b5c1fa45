import { lstatSync, type Stats } from 'node:fs';
import { type DirectoryCursor, openCursor } from '../kernel/files/directory-cursor.js';
import type { Entry } from '../kernel/files/file-names.js';
import type { Walkable } from '../kernel/files/walk.js';
import { isOpaque, isWhiteout, OPAQUE } from './overlay-marks.js';

/** A visible name, and the layer that has it. */
export interface LayerEntry extends Entry {
  readonly layer: DirectoryCursor;
}

/**
 * What overlayfs would show of some layers, the topmost first, without a mount: a directory at a time, as they lie on disk.
 * A symbolic link hides what is below it and is never followed: it is the image's, and may lead anywhere.
 */
export class LayerUnion implements Walkable<LayerEntry>, Disposable {
  readonly #layers: readonly DirectoryCursor[];
  /** For each level the layers that have that directory and are not hidden there. */
  readonly #levels: (readonly DirectoryCursor[])[];
  readonly #opaque: readonly string[];

  /** `opaque`: the attributes that say of a directory that it hides those below it. */
  constructor(layers: readonly string[], opaque = OPAQUE) {
    this.#layers = layers.map((layer) => openCursor(layer));
    this.#levels = [this.#layers];
    this.#opaque = opaque;
  }

  /** The topmost of the directories that are merged here; undefined where no layer has one. */
  get topmost(): DirectoryCursor | undefined {
    return this.#here[0];
  }

  get #here(): readonly DirectoryCursor[] {
    return this.#levels.at(-1) ?? [];
  }

  entries(): LayerEntry[] {
    const shown = new Map<string, LayerEntry>();
    for (const layer of this.#here) {
      for (const entry of layer.entries()) if (!shown.has(entry.name)) shown.set(entry.name, { ...entry, layer });
    }
    return [...shown.values()].filter(({ name }) => this.has(name));
  }

  /** Whether something of this name is visible. */
  has(name: string): boolean {
    return this.look(name) !== undefined;
  }

  /** What is visible under a name: the topmost layer that has it decides. */
  look(name: string): Stats | undefined {
    const found = this.#here.map((layer) => lookAt(layer, name)).find((stats) => stats !== undefined);
    return found && !isWhiteout(found) ? found : undefined;
  }

  /** Goes down in all layers that overlayfs would merge there, which may be none. */
  enter({ name }: { name: string }): boolean {
    const merged: DirectoryCursor[] = [];
    for (const layer of this.#here) {
      const stats = lookAt(layer, name);
      if (!stats) continue;
      if (!stats.isDirectory()) break; // a file, or a whiteout, covers what lies lower
      layer.enter(name);
      merged.push(layer);
      if (isOpaque(layer.fd, this.#opaque)) break;
    }
    this.#levels.push(merged);
    return true;
  }

  leave(): void {
    for (const layer of this.#levels.pop() ?? []) layer.leave();
  }

  [Symbol.dispose](): void {
    for (const layer of this.#layers) layer[Symbol.dispose]();
  }
}

function lookAt(layer: DirectoryCursor, name: string): Stats | undefined {
  return lstatSync(layer.at(name), { throwIfNoEntry: false });
}
