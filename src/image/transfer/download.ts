import type { IncomingMessage } from 'node:http';
import { UserError } from '../../kernel/errors/user-error.js';
import { literal } from '../../kernel/render.js';
import { digestOf } from '../digest.js';
import type { Descriptor } from '../manifest.js';
import type { Registry } from '../registry/registry.js';
import { type Ingest, openIngest } from '../store/ingest.js';
import { hasBlob, readBlob } from '../store/layout.js';

/** How a blob is fetched. */
export interface Fetching {
  /** Bytes that are here, of all. */
  readonly onBytes?: ((done: number) => void) | undefined;
  /** Told what it is written to, each time that it begins: whoever follows it reads the blob while it comes. */
  readonly onBegin?: ((ingest: Ingest) => void) | undefined;
}

/** Fetches a blob into the store, from where an earlier attempt has left it. Throws UserError (3). */
export async function download(registry: Registry, blob: Descriptor, fetching: Fetching = {}): Promise<void> {
  if (isHere(blob)) return;
  using ingest = openIngest(blob.digest);
  const began = ingest.offset;
  await fetchRest(registry, blob, { ...fetching, ingest });
  try {
    ingest.commit();
  } catch (error) {
    // What was there before may be damaged: a machine that lost its power keeps lengths, and not what belongs there.
    if (began === 0) throw error;
    using again = openIngest(blob.digest);
    await fetchRest(registry, blob, { ...fetching, ingest: again });
    again.commit();
  }
}

/** A config that was damaged on the disk is had anew: without it nothing can be done with its image. */
function isHere({ digest, mediaType }: Descriptor): boolean {
  return hasBlob(digest) && (!mediaType.endsWith('json') || digestOf(readBlob(digest)) === digest);
}

/** The tries begin anew where a broken connection has brought some of it that was not here yet. */
async function fetchRest(
  registry: Registry,
  blob: Descriptor,
  { ingest, ...fetching }: Fetching & { ingest: Ingest },
): Promise<void> {
  if (ingest.offset > blob.size) ingest.restart();
  fetching.onBegin?.(ingest);
  let most = ingest.offset;
  const work = async () => {
    while (ingest.offset < blob.size) {
      const answer = await registry.blob(blob.digest, ingest.offset);
      for await (const bytes of wantedBytes(answer, ingest, blob)) {
        ingest.write(bytes);
        most = Math.max(most, ingest.offset);
        fetching.onBytes?.(ingest.offset);
      }
    }
  };
  await registry
    .insist(work, blob.digest, () => most)
    .catch((error) => {
      throw ofForeign(error, blob);
    });
}

/**
 * Layers that nobody may pass on (those of Windows) lie elsewhere, says the manifest (OCI image-spec, layer.md, "Non-Distributable Layers"). As Docker
 * on Linux (moby, pull_v2_unix.go), nothing is asked of whomever a manifest names.
 */
function ofForeign(error: unknown, { urls }: Descriptor): unknown {
  const [url] = urls ?? [];
  if (!(error instanceof UserError) || error.remedy !== undefined || url === undefined) return error;
  return new UserError(
    error.message,
    3,
    `Its manifest says that it is at ${literal(url)}: layers are had of the registry alone.`,
  );
}

/** Those of an answer that are missing. A server that knows no ranges sends all. Throws UserError (3) where there are more than the manifest says. */
async function* wantedBytes(
  answer: IncomingMessage,
  ingest: Ingest,
  { digest, size }: Descriptor,
): AsyncGenerator<Uint8Array> {
  let at = firstOf(answer);
  if (at === undefined || at > ingest.offset) {
    answer.destroy();
    if (ingest.offset === 0) throw new UserError(`the registry does not send the blob ${digest} from its beginning`, 3);
    ingest.restart();
    return;
  }
  for await (const piece of answer as AsyncIterable<Buffer>) {
    const wanted = piece.subarray(Math.max(0, ingest.offset - at));
    at += piece.length;
    if (at > size) throw new UserError(`the blob ${digest} is longer than the ${size} bytes that its manifest says`, 3);
    if (wanted.length > 0) yield wanted;
  }
  if (at < size && isAll(answer))
    throw new UserError(`the blob ${digest} has ${at} bytes, and its manifest says ${size}`, 3);
  if (at < size) throw Object.assign(new Error(`the answer ends after ${at} of ${size} bytes`), { code: 'ECONNRESET' });
}

/** Whether an answer that has ended said before how long it would be: where it is not whole, node tells that before. */
function isAll({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined;
}

/** The place of the first byte that comes: a server may begin elsewhere (RFC 9110, 15.3.7). Undefined for a range that it has not. */
function firstOf({ statusCode, headers }: IncomingMessage): number | undefined {
  if (statusCode === 200) return 0;
  const [, first] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
  return first === undefined ? undefined : Number(first);
}
