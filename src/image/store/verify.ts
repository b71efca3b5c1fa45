import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decompressed } from '../codec/decompress.js';
import { type Digest, isDigest } from '../digest.js';
import { chainIds } from '../ids.js';
import { compareLayer } from '../layer/compare.js';
import { possibleOwners } from '../layer/owners.js';
import type { Image } from './images.js';
import { hasLayer, layerDirectory, readLayer } from './layers.js';
import { blobPath, hasBlob, imagesDirectory } from './layout.js';
import { checked } from './new-layer.js';

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

/** What an image lacks: a sentence for each blob that is not there. */
export function whatLacks({ manifest }: Image): string[] {
  return manifest.layers.filter(({ digest }) => !hasBlob(digest)).map(({ digest }) => `the layer ${digest} is missing`);
}

/** Compares the unpacked layers of images with their archives, each once. Yields a sentence for each that differs. */
export async function* verifyLayers(images: readonly Image[]): AsyncGenerator<string> {
  const seen = new Set<Digest>();
  for (const { manifest, config } of images) {
    const diffIds = config.rootfs.diff_ids;
    for (const [i, chain] of chainIds(diffIds).entries()) {
      if (seen.has(chain) || !hasLayer(chain)) continue;
      seen.add(chain);
      const differences = await wrongIn(chain, diffIds[i] as Digest, manifest.layers[i]?.digest as Digest);
      if (differences.length > 0) yield `the unpacked layer ${chain}: ${someOf(differences)}`;
    }
  }
}

async function wrongIn(chain: Digest, diffId: Digest, blob: Digest): Promise<string[]> {
  try {
    const found = readLayer(chain).diffId;
    if (found !== diffId) return [`it is of ${found}, not of ${diffId}`];
    if (!hasBlob(blob)) return [];
    const archive = checked(decompressed(blobPath(blob)), diffId);
    return await compareLayer(archive, join(layerDirectory(chain), 'diff'), possibleOwners());
  } catch (error) {
    return [(error as Error).message];
  }
}

const SHOWN = 5;

function someOf(differences: readonly string[]): string {
  const more = differences.length - SHOWN;
  return `${differences.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
