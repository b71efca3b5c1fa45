import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { UserError } from '../../kernel/errors/user-error.js';

/** How a blob is compressed, by its first bytes: media types lie, and Docker's archives have none. */
export type Codec = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const MAGIC: readonly (readonly [start: string, codec: Codec])[] = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
  ['425a68', 'bzip2'],
  ['fd377a585a', 'xz'],
];

export function codecOf(start: Uint8Array): Codec {
  const hex = Buffer.from(start).toString('hex');
  return MAGIC.find(([magic]) => hex.startsWith(magic))?.[1] ?? 'none';
}

/** Bytes that are read and inflated at once. */
const CHUNK = 65_536;

/** The bytes of a file, which may be a pipe, without its compression. Throws UserError where it is damaged, or cannot be decompressed here. */
export async function* decompressed(path: string): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterator<Buffer> = createReadStream(path, { highWaterMark: CHUNK })[Symbol.asyncIterator]();
  const { value: first = Buffer.alloc(0) } = await pieces.next();
  const codec = codecOf(first.subarray(0, 6));
  const inflate = decompressor(codec);
  const all = withFirst(first, pieces);
  try {
    // An error destroys the last of the streams, which tells who reads it.
    yield* inflate ? (pipeline(Readable.from(all), inflate, () => {}) as AsyncIterable<Buffer>) : all;
  } catch (error) {
    if (!/^(Z_|ERR_ZSTD|ZSTD_)/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new UserError(`${path} is damaged: ${codec}: ${(error as Error).message}`, 2);
  } finally {
    await all.return(undefined);
  }
}

async function* withFirst(first: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return?.();
  }
}

/** The part of node:zlib that Node has since 22.15. */
interface Zstd {
  createZstdDecompress?(options: { chunkSize: number; params: Record<number, number> }): NodeJS.ReadWriteStream;
}
const ZSTD_d_windowLogMax = 100;
/** The window of a frame is memory that is allocated for whoever made it: 128 MiB, as zstd itself allows. */
const MOST_WINDOW_LOG = 27;

function decompressor(codec: Codec): NodeJS.ReadWriteStream | undefined {
  if (codec === 'none') return undefined;
  if (codec === 'gzip') return zlib.createGunzip({ chunkSize: CHUNK });
  const { createZstdDecompress } = zlib as Zstd;
  if (codec === 'zstd' && createZstdDecompress)
    return createZstdDecompress({ chunkSize: CHUNK, params: { [ZSTD_d_windowLogMax]: MOST_WINDOW_LOG } });
  const remedy =
    codec === 'zstd'
      ? 'Node.js 22.15 or newer decompresses it; or repack: skopeo copy --dest-compress-format gzip …'
      : `Layers are gzip, zstd or none. For an archive: ${codec} -dc FILE | tslab load`;
  throw new UserError(`this is compressed with ${codec}, which is not decompressed here`, 3, remedy);
}
