import { lstatSync, readdirSync } from 'node:fs';
import { type Digest, isDigest } from '../digest.js';
import { readLayer } from './layers.js';
import { blobPath, imagesDirectory } from './layout.js';
import type { Marked } from './mark.js';

/** The directories of the store whose entries are named by digests. */
const DIRECTORIES = { blobs: 'blobs/sha256', layers: 'layers', tops: 'tops' } as const;

/** All blobs that are there, all layers that are unpacked, by their chain IDs, or the images of which one is noted as the topmost. */
export function digestsIn(kind: keyof typeof DIRECTORIES): Digest[] {
  return readdirSync(imagesDirectory(DIRECTORIES[kind]))
    .map((name) => `sha256:${name}`)
    .filter(isDigest);
}

/** Bytes of a blob. */
export function blobSize(digest: Digest): number {
  return lstatSync(blobPath(digest)).size;
}

/** Bytes of the files of a layer; 0 where its record is damaged. */
export function layerSize(chain: Digest): number {
  try {
    return readLayer(chain).size;
  } catch {
    return 0;
  }
}

/** Bytes that blobs and layers of the store take, each once: all, and those that `needed` does not name. */
export function storeSize(needed: Marked): { readonly size: number; readonly reclaimable: number } {
  const sizes = { blobs: blobSize, layers: layerSize };
  const kinds = ['blobs', 'layers'] as const;
  const each = kinds.flatMap((kind) =>
    digestsIn(kind).map((one) => ({ bytes: sizes[kind](one), isNeeded: needed[kind].has(one) })),
  );
  const sum = (some: typeof each) => some.reduce((total, { bytes }) => total + bytes, 0);
  return { size: sum(each), reclaimable: sum(each.filter(({ isNeeded }) => !isNeeded)) };
}
