import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { TarEntry } from '../../tar/entry.js';
import { EventWriter } from '../../tar/event-writer.js';
import type { Write } from '../../tar/writer.js';
import { type Digest, hexOf } from '../digest.js';
import { type Descriptor, OCI_INDEX } from '../manifest.js';
import { familiarName, parseReference } from '../reference.js';
import { type Image, unnamed } from '../store/images.js';
import { blobPath, IMAGE_NAME, REF_NAME } from '../store/layout.js';

/** An image, and under which of its names it is to be found in the archive. */
export interface Saved {
  readonly image: Image;
  /** Full ones. */
  readonly names: readonly string[];
}

/**
 * Writes an archive of images: an OCI layout, and beside it what `docker load` has read always (manifest.json, repositories), as Docker does
 * since version 25. Blobs are those of the store: whoever loads it has the same digests. Two archives of the same images are the same bytes.
 */
export function saveImages(saved: readonly Saved[], write: Write): void {
  const archive = new EventWriter(write);
  for (const name of ['blobs/', 'blobs/sha256/']) archive.take(member('directory', name, 0o755));
  for (const digest of blobsOf(saved)) addBlob(archive, digest);
  addJson(archive, 'index.json', indexOf(saved));
  addJson(archive, 'manifest.json', saved.map(dockersManifest));
  addJson(archive, 'oci-layout', { imageLayoutVersion: '1.0.0' });
  addJson(archive, 'repositories', repositoriesOf(saved));
  archive.end();
}

/** Each once, in the order of their digests. */
function blobsOf(saved: readonly Saved[]): Digest[] {
  const all = saved.flatMap(({ image: { descriptor, manifest } }) => [descriptor, manifest.config, ...manifest.layers]);
  return [...new Set(all.map(({ digest }) => digest))].sort();
}

function addBlob(archive: EventWriter, digest: Digest): void {
  const { size } = statSync(blobPath(digest));
  archive.take({ ...member('file', pathOf(digest), 0o644), size });
  const fd = openSync(blobPath(digest), 'r');
  try {
    for (let count = readSync(fd, PART); count > 0; count = readSync(fd, PART)) archive.take(PART.subarray(0, count));
  } finally {
    closeSync(fd);
  }
}

const PART = Buffer.alloc(1 << 18);

function addJson(archive: EventWriter, name: string, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value));
  archive.take({ ...member('file', name, 0o644), size: bytes.length });
  archive.take(bytes);
}

function member(type: TarEntry['type'], name: string, mode: number): TarEntry {
  return { type, name, linkName: '', mode, uid: 0, gid: 0, size: 0, mtime: 0n, attributes: new Map() };
}

function pathOf(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** containerd's annotation has the whole name; that of OCI, as in a layout of one image, only the tag. */
function indexOf(saved: readonly Saved[]): object {
  const manifests = saved.flatMap(({ image: { descriptor }, names }): Descriptor[] => {
    if (names.length === 0) return [unnamed(descriptor)];
    return names.map((name) => ({
      ...unnamed(descriptor),
      annotations: { [IMAGE_NAME]: name, [REF_NAME]: parseReference(name).tag ?? '' },
    }));
  });
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
}

function dockersManifest({ image: { manifest }, names }: Saved): object {
  return {
    Config: pathOf(manifest.config.digest),
    RepoTags: names.map(familiarName),
    Layers: manifest.layers.map(({ digest }) => pathOf(digest)),
  };
}

/** Before Docker 1.10 this was all that there was: by repository and tag the topmost layer. */
function repositoriesOf(saved: readonly Saved[]): object {
  const repositories: Record<string, Record<string, string>> = {};
  for (const { image, names } of saved) {
    const top = image.manifest.layers.at(-1);
    for (const name of names) {
      const repository = familiarName(name).replace(/:[^:/]*$/, '');
      repositories[repository] = {
        ...repositories[repository],
        [parseReference(name).tag ?? '']: top ? hexOf(top.digest) : '',
      };
    }
  }
  return repositories;
}
