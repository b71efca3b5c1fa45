import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { ZstdDecompressor, ZstdError } from '../../kernel/compression/zstd.js';
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

/** As a path: standard input. */
export const STDIN = '/dev/stdin';

/** Bytes that are read and inflated at once. */
const CHUNK = 1 << 18;

/** The bytes of a file, which may be a pipe, without its compression. Throws UserError where it is damaged, or cannot be decompressed here. */
export async function* decompressed(path: string): AsyncGenerator<Uint8Array> {
  // Standard input may be a socket, which has no path that could be opened (ENXIO).
  const source = path === STDIN ? process.stdin : createReadStream(path, { highWaterMark: CHUNK });
  const pieces: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  const { value: first = Buffer.alloc(0) } = await pieces.next();
  const codec = codecOf(first.subarray(0, 6));
  const all = withFirst(first, pieces);
  try {
    yield* inflated(all, codec);
  } catch (error) {
    const isZlibs = /^(Z_|ERR_ZSTD|ZSTD_)/.test((error as NodeJS.ErrnoException).code ?? '');
    if (!isZlibs && !(error instanceof ZstdError)) throw error;
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

function inflated(all: AsyncIterable<Buffer>, codec: Codec): AsyncIterable<Uint8Array> {
  if (codec === 'none') return all;
  if (codec === 'gzip') return through(all, zlib.createGunzip({ chunkSize: CHUNK }));
  if (codec === 'zstd') return ofZstd(all);
  const remedy = `Layers are gzip, zstd or none. For an archive: ${codec} -dc FILE | tslab load`;
  throw notHere(codec, remedy);
}

function through(all: AsyncIterable<Buffer>, inflate: NodeJS.ReadWriteStream): AsyncIterable<Buffer> {
  // An error destroys the last of the streams, which tells who reads it.
  return pipeline(Readable.from(all), inflate, () => {}) as unknown as AsyncIterable<Buffer>;
}

/** The part of node:zlib that Node has since 22.15. */
interface Zstd {
  createZstdDecompress?(options: { chunkSize: number; params: Record<number, number> }): NodeJS.ReadWriteStream;
}
const ZSTD_d_windowLogMax = 100;
/** The window of a frame is memory that is allocated for whoever made it: 128 MiB, as zstd itself allows. */
const MOST_WINDOW_LOG = 27;

function ofZstd(all: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  const { createZstdDecompress } = zlib as Zstd;
  const params = { [ZSTD_d_windowLogMax]: MOST_WINDOW_LOG };
  if (createZstdDecompress) return through(all, createZstdDecompress({ chunkSize: CHUNK, params }));
  const library = ZstdDecompressor.open(MOST_WINDOW_LOG);
  if (library) return byLibrary(all, library);
  throw notHere(
    'zstd',
    'apt-get install libzstd1, or Node.js 22.15 or newer; or repack: skopeo copy --dest-compress-format gzip …',
  );
}

async function* byLibrary(all: AsyncIterable<Buffer>, library: ZstdDecompressor): AsyncGenerator<Uint8Array> {
  using zstd = library;
  for await (const piece of all) yield* zstd.push(piece);
  zstd.end();
}

function notHere(codec: Codec, remedy: string): UserError {
  return new UserError(`this is compressed with ${codec}, which is not decompressed here`, 3, remedy);
}
