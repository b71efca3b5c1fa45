import { digestOf } from '../digest.js';
import { type Descriptor, OCI_MANIFEST } from '../manifest.js';
import { openIngest } from './ingest.js';
import { hasBlob, readBlob } from './layout.js';

/** Keeps some bytes as a blob. Throws UserError (3) where the disk is full. */
export function keepBytes(mediaType: string, bytes: Uint8Array): Descriptor {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  // They are few: one that was damaged on the disk is made anew.
  if (hasBlob(descriptor.digest) && readBlob(descriptor.digest).equals(bytes)) return descriptor;
  // Not by its digest: what is made here is made anew after a kill, and nobody goes on with a part of it.
  using ingest = openIngest();
  ingest.write(bytes);
  ingest.commit(descriptor.digest);
  return descriptor;
}

/** Keeps JSON as a blob; one value always makes the same bytes. */
export function keepJson(mediaType: string, value: object): Descriptor {
  return keepBytes(mediaType, Buffer.from(JSON.stringify(value)));
}

/** Makes and keeps the manifest of an image with this config and these layers, the lowest first. */
export function keepManifestOf(config: Descriptor, layers: readonly Descriptor[]): Descriptor {
  return keepJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
}
