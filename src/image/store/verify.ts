import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync } from 'node:fs';
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

/** Something in the store that is not what its name says. */
export interface Damage {
  /** A sentence. */
  readonly what: string;
  readonly kind: 'blob' | 'layer';
  /** In the directory of its kind. */
  readonly name: string;
}

/** Reads all blobs again. Yields those that are not what their names say. */
export async function* verifyBlobs(): AsyncGenerator<Damage> {
  for (const name of readdirSync(imagesDirectory('blobs/sha256'))) {
    const what = await wrongWith(name);
    if (what !== undefined) yield { what, kind: 'blob', name };
  }
}

async function wrongWith(name: string): Promise<string | undefined> {
  const digest = `sha256:${name}`;
  if (!isDigest(digest) || !lstatSync(blobPath(digest)).isFile()) return `blobs/sha256/${name} is no blob`;
  const found = await digestOfBlob(digest);
  return found === digest ? undefined : `the blob ${digest} has the digest ${found}: it was changed`;
}

async function digestOfBlob(digest: Digest): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(blobPath(digest))) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}

/** The blobs of an image's layers that are not there. */
export function missingLayers({ manifest }: Image): Digest[] {
  return manifest.layers.map(({ digest }) => digest).filter((digest) => !hasBlob(digest));
}

/** Compares the unpacked layers of images with their archives, each once, where that is none of these. Yields those that differ. */
export async function* verifyLayers(
  images: readonly Image[],
  damagedBlobs: readonly Digest[] = [],
): AsyncGenerator<Damage> {
  const seen = new Set<Digest>();
  for (const { manifest, config } of images) {
    const diffIds = config.rootfs.diff_ids;
    for (const [i, chain] of chainIds(diffIds).entries()) {
      if (seen.has(chain) || !hasLayer(chain)) continue;
      seen.add(chain);
      const blob = manifest.layers[i]?.digest as Digest;
      const isComparable = hasBlob(blob) && !damagedBlobs.includes(blob);
      const differences = await wrongIn(chain, diffIds[i] as Digest, isComparable ? blob : undefined);
      const name = chain.slice('sha256:'.length);
      if (differences.length > 0)
        yield { what: `the unpacked layer ${chain}: ${someOf(differences)}`, kind: 'layer', name };
    }
  }
}

async function wrongIn(chain: Digest, diffId: Digest, blob: Digest | undefined): Promise<string[]> {
  try {
    const found = readLayer(chain).diffId;
    if (found !== diffId) return [`it is of ${found}, not of ${diffId}`];
    if (blob === undefined) return [];
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
