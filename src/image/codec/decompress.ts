import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { ZstdDecompressor, ZstdError } from '../../kernel/compression/zstd.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { errnoError } from '../../kernel/files/copy-error.js';
import { byProgram, ProgramError } from './by-program.js';

/** How a blob is compressed, by its first bytes: media types lie, and Docker's archives have none. */
export type Codec = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** The first bytes of each. A file of zstd may begin with a frame that is to be skipped (RFC 8878, 3.1.2): pzstd writes such. */
const MAGIC: readonly (readonly [start: RegExp, codec: Codec])[] = [
  [/^1f8b/, 'gzip'],
  [/^(?:28b52ffd|5.2a4d18)/, 'zstd'],
  [/^425a68/, 'bzip2'],
  [/^fd377a585a00/, 'xz'],
];
/** In bytes. */
export const LONGEST_MAGIC = 6;

export function codecOf(start: Uint8Array): Codec {
  const hex = Buffer.from(start.subarray(0, LONGEST_MAGIC)).toString('hex');
  return MAGIC.find(([magic]) => magic.test(hex))?.[1] ?? 'none';
}

/** As a path: standard input. */
export const STDIN = '/dev/stdin';

/** A path in messages. */
export function shownPath(path: string): string {
  return path === STDIN ? 'standard input' : path;
}

/** Bytes that are read and inflated at once. */
const CHUNK = 1 << 18;

/**
 * The bytes of a file, which may be a pipe, without its compression. A layer has one of those that others know, too (OCI image-spec, layer.md);
 * an archive that is given to us any. Throws UserError where it is damaged, or cannot be decompressed here.
 */
export async function* decompressed(
  path: string,
  kind: 'layer' | 'archive' = 'layer',
  aborted?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // Standard input may be a socket, which has no path that could be opened (ENXIO).
  const source = path === STDIN ? process.stdin : createReadStream(path, { highWaterMark: CHUNK });
  yield* decompress(aborted ? until(aborted, source) : source, path, kind);
}

/** A pipe may bring nothing for long: whoever reads of it is told at once. */
async function* until(aborted: AbortSignal, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = source[Symbol.asyncIterator]();
  const told = once(aborted, 'abort').then(() => Promise.reject(aborted.reason));
  told.catch(() => {});
  try {
    for (;;) {
      aborted.throwIfAborted();
      const next = await Promise.race([pieces.next(), told]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // What is being read cannot be taken back, and is not waited for.
    if (!aborted.aborted) await pieces.return?.();
  }
}

/** The same of bytes that come in parts, and are, or are to be, the file of this path. */
export async function* decompress(
  source: AsyncIterable<Buffer>,
  path: string,
  kind: 'layer' | 'archive' = 'layer',
): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await startOf(pieces).catch((error) => {
    throw notRead(path, error);
  });
  const codec = codecOf(first);
  const all = withFirst(first, pieces);
  try {
    yield* inflated(all, codec, kind);
  } catch (error) {
    const isZlibs = /^(Z_|ERR_ZSTD|ZSTD_)/.test(errorCode(error) ?? '');
    if (!isZlibs && !(error instanceof ZstdError) && !(error instanceof ProgramError)) throw error;
    throw new UserError(`${shownPath(path)} is damaged: ${codec}: ${(error as Error).message}`, 2);
  } finally {
    await all.return(undefined);
  }
}

/** Enough to know how it is compressed: a pipe may bring a single byte. */
async function startOf(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
    if (start.length >= LONGEST_MAGIC) break;
  }
  return start;
}

function notRead(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code !== 'EISDIR') return code === undefined ? error : errnoError(code, shownPath(path));
  return new UserError(`${shownPath(path)} is a directory`, 2, `An archive of it: tar -C ${path} -c . | tslab …`);
}

async function* withFirst(first: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return?.();
  }
}

function inflated(all: AsyncIterable<Buffer>, codec: Codec, kind: 'layer' | 'archive'): AsyncIterable<Uint8Array> {
  if (codec === 'none') return all;
  if (codec === 'gzip') return through(all, zlib.createGunzip({ chunkSize: CHUNK }));
  if (codec === 'zstd') return ofZstd(all);
  if (kind === 'archive') return byProgram(codec, all);
  throw new UserError(`the layer is compressed with ${codec}`, 3, 'Layers are gzip, zstd or none.');
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
  throw new UserError(
    'this is compressed with zstd, which is not decompressed here',
    3,
    'apt-get install libzstd1, or Node.js 22.15 or newer; or repack: skopeo copy --dest-compress-format gzip …',
  );
}

async function* byLibrary(all: AsyncIterable<Buffer>, library: ZstdDecompressor): AsyncGenerator<Uint8Array> {
  using zstd = library;
  for await (const piece of all) yield* zstd.push(piece);
  zstd.end();
}
