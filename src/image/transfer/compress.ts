import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { codecOf, LONGEST_MAGIC } from '../codec/decompress.js';
import type { Digest } from '../digest.js';
import { type Descriptor, OCI_LAYER } from '../manifest.js';
import type { Received } from '../registry/registry.js';
import { type Image, listImages } from '../store/images.js';
import { openIngest } from '../store/ingest.js';
import { keepManifestOf } from '../store/keep.js';
import { blobPath, readBlob } from '../store/layout.js';

/** Layers by diff ID, as far as some image of the store has them compressed: compressed anew they might be other bytes, with another digest. */
export function compressedLayers(): ReadonlyMap<Digest, Descriptor> {
  const all = listImages().flatMap(({ config, manifest: { layers } }) =>
    config.rootfs.diff_ids.map((id, i) => [id, layers[i]] as const),
  );
  return new Map(all.filter((one): one is [Digest, Descriptor] => one[1] !== undefined && !isPlain(one[1])));
}

/** Whether a layer is an archive as it is. A Docker manifest calls all of them compressed; load.ts looks at the bytes. */
export function isPlain({ mediaType }: Descriptor): boolean {
  return /\.tar$/.test(mediaType);
}

/** Compresses a layer, in zlib's threads, and keeps it; one that is compressed, unlike its type says, stays as it is. */
export async function compressLayer(layer: Descriptor): Promise<Descriptor> {
  const { digest } = layer;
  if (codecOf(startOf(blobPath(digest))) !== 'none') return layer;
  using ingest = openIngest();
  let size = 0;
  await pipeline(createReadStream(blobPath(digest)), createGzip(), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      ingest.write(piece);
      size += piece.length;
    }
  });
  return { mediaType: `${OCI_LAYER}+gzip`, digest: ingest.commit(), size };
}

function startOf(path: string): Uint8Array {
  const fd = openSync(path, 'r');
  try {
    const start = Buffer.alloc(LONGEST_MAGIC);
    return start.subarray(0, readSync(fd, start));
  } finally {
    closeSync(fd);
  }
}

/** The manifest of an image as it is pushed: as it was received, unless layers were compressed for it. */
export function pushedManifest({ descriptor, manifest }: Image, layers: readonly Descriptor[]): Received {
  const isSame = layers.every(({ digest }, i) => digest === manifest.layers[i]?.digest);
  const pushed = isSame ? descriptor : keepManifestOf(manifest.config, layers);
  return { descriptor: pushed, bytes: readBlob(pushed.digest) };
}
