import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { type Digest, isDigest } from '../digest.js';
import { chainIds } from '../ids.js';
import type { Image } from './images.js';
import { hasLayer, readLayer } from './layers.js';
import { blobPath, hasBlob, imagesDirectory } from './layout.js';

/** Reads all blobs again. Yields a sentence for each that is not what its name says. */
export async function* verifyBlobs(): AsyncGenerator<string> {
  const all = readdirSync(imagesDirectory('blobs/sha256')).map((name) => `sha256:${name}`);
  for (const name of all) {
    if (!isDigest(name)) yield `blobs/sha256/${name.slice('sha256:'.length)} is no blob`;
    else {
      const found = await digestOfBlob(name);
      if (found !== name) yield `the blob ${name} has the digest ${found}: it was changed`;
    }
  }
}

async function digestOfBlob(digest: Digest): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(blobPath(digest))) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}

/** What an image lacks: a sentence for each blob, and for each layer that is unpacked wrong. */
export function whatLacks({ manifest, config }: Image): string[] {
  const archives = manifest.layers.filter(({ digest }) => !hasBlob(digest));
  const diffIds = config.rootfs.diff_ids;
  const layers = chainIds(diffIds).flatMap((chain, i) => (hasLayer(chain) ? wrongIn(chain, diffIds[i] as Digest) : []));
  return [...archives.map(({ digest }) => `the layer ${digest} is missing`), ...layers];
}

/** Whoever changes files in an unpacked layer is not noticed here: it has no digest. */
function wrongIn(chain: Digest, diffId: Digest): string[] {
  try {
    const found = readLayer(chain).diffId;
    return found === diffId ? [] : [`the unpacked layer ${chain} is of ${found}, not of ${diffId}`];
  } catch (error) {
    return [`the unpacked layer ${chain} is damaged: ${(error as Error).message}`];
  }
}
