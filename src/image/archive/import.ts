import { decompressed } from '../codec/decompress.js';
import { unpackLayer } from '../layer/unpack-layer.js';
import { type ImageSettings, OCI_LAYER } from '../manifest.js';
import type { Image } from '../store/images.js';
import { type Ingest, openIngest } from '../store/ingest.js';
import { newImage } from '../store/new-image.js';
import { makeLayer } from '../store/new-layer.js';
import { named } from './open.js';

/** What an image is to be that is made of an archive of files. */
export interface ImportRequest {
  /** The archive, compressed or not. */
  readonly file: string;
  readonly message: string;
  readonly settings: ImageSettings;
  readonly aborted?: AbortSignal | undefined;
}

/** An image without a name, and what is to be said of its layer. */
export interface Imported {
  readonly image: Image;
  readonly notes: readonly string[];
}

/** Makes an image of one layer, which is the archive. It is unpacked as hostile as any. Throws UserError; nothing is kept then. */
export async function importArchive({ file, message, settings, aborted }: ImportRequest): Promise<Imported> {
  using ingest = openIngest();
  let size = 0;
  const { diffId, unpacked } = await makeLayer([], async (directory) => {
    const unpacked = await unpackLayer(keeping(decompressed(file, 'archive', aborted), ingest), directory).catch(
      (error) => {
        throw named(error, file);
      },
    );
    size = ingest.offset;
    return { unpacked, diffId: ingest.commit() };
  });
  const descriptor = { mediaType: OCI_LAYER, digest: diffId, size };
  const history = [{ created_by: '', comment: message }];
  const image = newImage({ parent: undefined, layers: [{ diffId, descriptor }], history, settings: () => settings });
  return { image, notes: unpacked.notes };
}

/** The same bytes, which become a blob. */
async function* keeping(bytes: AsyncIterable<Uint8Array>, ingest: Ingest): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    ingest.write(piece);
    yield piece;
  }
}
