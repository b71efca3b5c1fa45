import { join } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { fileBytes } from '../../state/tree.js';
import type { Container } from '../store/store.js';

/** Bytes of a container's files: those that it has written, and all of them with its image's. */
export interface Sizes {
  readonly written: number;
  readonly all: number;
}

/** Returns a function that measures containers, and each layer of an image only once. A file that a layer above hides counts all the same, as in Docker. */
export function sizer(): (container: Container) => Sizes {
  const known = new Map<string, number>();
  const sizeOf = (layer: string) => {
    const size = known.get(layer) ?? bytesIn(layer);
    known.set(layer, size);
    return size;
  };
  return ({ config, directory }) => {
    const written = bytesIn(join(directory, 'upper'));
    return { written, all: config.layers.reduce((sum, layer) => sum + sizeOf(layer), written) };
  };
}

/** It may have been removed meanwhile. */
function bytesIn(directory: string): number {
  try {
    return fileBytes(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
