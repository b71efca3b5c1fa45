/** Layers that are unpacked. Apart from layers.ts: a start with an image whose layers are there loads nothing of it. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { writeNew } from '../../state/atomic.js';
import { makeTemporary, removeTemporary } from '../../state/temporary.js';
import { decompress, decompressed } from '../codec/decompress.js';
import type { Digest } from '../digest.js';
import { chainIdOn, chainIds } from '../ids.js';
import { adoptImplied } from '../layer/implied.js';
import { firstOfEachKind } from '../layer/left-out.js';
import { possibleOwners } from '../layer/owners.js';
import type { Unpacked } from '../layer/unpack.js';
import { unpackLayer } from '../layer/unpack-layer.js';
import type { Image } from './images.js';
import { hasLayer, type LayerRecord, layerDirectory, lowerDirectories, opaqueMark } from './layers.js';
import { blobPath, hasBlob, imagesDirectory } from './layout.js';
import { noteStack } from './note-stack.js';

/** Unpacks the layers of an image that are not, and notes for starts where they are. Returns what is to be said of them. Throws UserError. */
export async function unpackImage(image: Image, aborted?: AbortSignal): Promise<readonly string[]> {
  const { config, manifest } = image;
  const diffIds = config.rootfs.diff_ids;
  const chain = chainIds(diffIds);
  const notes: string[] = [];
  for (const [at, { digest }] of manifest.layers.entries()) {
    if (!hasBlob(digest)) throw new UserError(`the layer ${digest} is missing`, 3, 'Load or pull the image again.');
    const layer = { diffId: diffIds[at] as Digest, on: chain.slice(0, at), blob: digest, aborted };
    notes.push(...((await addLayer(layer)) ?? []));
  }
  noteStack(image);
  return firstOfEachKind(notes);
}

/** A layer of an image, and where its archive is. */
export interface LayerSource {
  readonly diffId: Digest;
  /** Chain IDs of the lower layers, the lowest first. */
  readonly on: readonly Digest[];
  /** The archive as it comes, compressed or not. */
  readonly blob: Digest;
  /** Its bytes, where they are still coming: they end when all of them are right. */
  readonly bytes?: AsyncIterable<Buffer> | undefined;
  /** Resolves when the lower layers are there; meanwhile this one is unpacked. */
  readonly below?: Promise<unknown> | undefined;
  /** Told when it is unpacked, and waits for the lower ones. */
  readonly onUnpacked?: (() => void) | undefined;
  readonly aborted?: AbortSignal | undefined;
}

/**
 * Unpacks one layer, on lower ones. Returns what is to be said of it; undefined where it was there before. Throws UserError, or the reason of
 * `aborted`; then nothing is kept.
 */
export async function addLayer(source: LayerSource): Promise<readonly string[] | undefined> {
  const { diffId, on } = source;
  if (hasLayer(chainIdOn(on, diffId))) {
    await afterLower(source);
    return undefined;
  }
  const { unpacked } = await makeLayer(on, async (directory) => {
    const unpacked = await unpackLayer(checked(archiveOf(source), diffId), directory);
    await afterLower(source);
    return { diffId, unpacked };
  });
  return unpacked.notes;
}

async function afterLower({ onUnpacked, below }: LayerSource): Promise<void> {
  onUnpacked?.();
  await below;
}

async function* archiveOf({ blob, bytes, aborted }: LayerSource): AsyncGenerator<Uint8Array> {
  const path = blobPath(blob);
  for await (const piece of bytes ? decompress(bytes, path) : decompressed(path)) {
    aborted?.throwIfAborted();
    yield piece;
  }
}

/** What was unpacked, and which layer that is. */
export interface FilledLayer {
  readonly unpacked: Unpacked;
  readonly diffId: Digest;
}

/** Puts a layer where it belongs on the layers of these chain IDs, once it is whole: `fill` unpacks it into an empty directory. */
export async function makeLayer(
  on: readonly Digest[],
  fill: (directory: string) => Promise<FilledLayer>,
): Promise<FilledLayer> {
  const temporary = makeTemporary(imagesDirectory('layers'));
  try {
    const directory = join(temporary, 'diff');
    mkdirSync(directory);
    chmodSync(directory, 0o755); // whatever the umask is
    const filled = await fill(directory);
    const { implied, size, isOpaque } = filled.unpacked;
    const lower = isOpaque || implied.length === 0 ? [] : lowerDirectories(on);
    await adoptImplied({ directory, implied }, lower, possibleOwners());
    const { diffId } = filled;
    writeNew(join(temporary, 'layer.json'), JSON.stringify({ diffId, size } satisfies LayerRecord));
    if (isOpaque) writeNew(opaqueMark(temporary), '');
    publish(temporary, layerDirectory(chainIdOn(on, diffId)));
    return filled;
  } finally {
    removeTemporary(temporary);
  }
}

/** The same bytes; behind the last it throws where they are not what the config of the image says. */
export async function* checked(bytes: AsyncIterable<Uint8Array>, diffId: Digest): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== diffId) throw new UserError(`the layer ${diffId} has the content of ${found}: it was changed`, 3);
}

/** rename(2) replaces no directory that has something in it: somebody was first then, with the same. */
function publish(temporary: string, directory: string): void {
  try {
    renameSync(temporary, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
}
