/**
 * Where images are kept: an OCI image layout (image-spec, image-layout.md), so that skopeo, umoci and podman read it as `oci:DIRECTORY`, and beside it
 * the layers that are unpacked.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { writeAtomically } from '../../state/atomic.js';
import { stateDirectory } from '../../state/directories.js';
import { withLock } from '../../state/lock.js';
import { type Digest, hexOf } from '../digest.js';
import { type Descriptor, OCI_INDEX, parseIndex } from '../manifest.js';

/** The annotation of a name in index.json; the second is containerd's, which docker reads. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
export const IMAGE_NAME = 'io.containerd.image.name';

/** `images` in the state directory, or one below. */
export function imagesDirectory(below = ''): string {
  return stateDirectory(join('images', below));
}

/** Where a blob is, or would be. */
export function blobPath(digest: Digest): string {
  return join(imagesDirectory('blobs/sha256'), hexOf(digest));
}

/** A blob that is there is whole: it got its name when its digest was right. */
export function hasBlob(digest: Digest): boolean {
  return existsSync(blobPath(digest));
}

export function readBlob(digest: Digest): Buffer {
  return readFileSync(blobPath(digest));
}

/** What helps where something in the store is damaged. */
export const REPAIR = 'tslab image verify says what is wrong, and what helps.';

/** What index.json names. Throws UserError (3) where it is damaged. */
export function readIndex(): Descriptor[] {
  const path = indexPath();
  try {
    return existsSync(path) ? parseIndex(readFileSync(path), path) : [];
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.message, 3, NO_INDEX) : error;
  }
}

const NO_INDEX =
  'Move it away, and pull, load or build all images again: what is here of them is not had again, until image prune.';

/** Replaces what index.json names, while nobody else does. */
export function changeIndex(change: (images: readonly Descriptor[]) => readonly Descriptor[]): void {
  withIndexLock(() => {
    const manifests = change(readIndex());
    const layout = join(imagesDirectory(), 'oci-layout');
    if (!existsSync(layout)) writeAtomically(layout, '{"imageLayoutVersion":"1.0.0"}');
    writeAtomically(indexPath(), JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  });
}

/** Nothing is named, and nothing removed, while some work is done. */
export function withIndexLock<T>(work: () => T): T {
  return withLock(join(imagesDirectory(), 'index.lock'), work);
}

function indexPath(): string {
  return join(imagesDirectory(), 'index.json');
}
