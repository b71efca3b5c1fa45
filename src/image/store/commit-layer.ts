import { EventWriter } from '../../tar/event-writer.js';
import type { TarEvent } from '../../tar/parser.js';
import { BufferedOutput } from '../../tar/streams.js';
import type { Digest } from '../digest.js';
import { chainIds } from '../ids.js';
import type { DiffSource } from '../layer/changed-tree.js';
import { layerDiff } from '../layer/diff.js';
import { possibleOwners } from '../layer/owners.js';
import { type Unpacked, Unpacking } from '../layer/unpack.js';
import { type Descriptor, OCI_LAYER } from '../manifest.js';
import { sourceDate } from '../source-date.js';
import { type Ingest, openIngest } from './ingest.js';
import { makeLayer } from './new-layer.js';

/** A layer that was made here: it is in the store, unpacked, and no image has it yet. */
export interface NewLayer {
  readonly diffId: Digest;
  /** Of its archive, which is not compressed: its digest is the diff ID. */
  readonly descriptor: Descriptor;
  /** Paths of what no layer can have. */
  readonly leftOut: readonly string[];
}

/**
 * Makes a layer of what an overlay's writable layer has. `below` are the diff IDs of the layers that it goes on, the lowest first. Throws
 * UserError, or the reason of `aborted`; nothing is kept then.
 */
export async function commitLayer(
  source: DiffSource,
  below: readonly Digest[],
  aborted?: AbortSignal,
): Promise<NewLayer> {
  const leftOut: string[] = [];
  const events = layerDiff({ latest: latestTime(), ...source }, leftOut);
  const { diffId, descriptor } = await layerOf(events, below, aborted);
  return { diffId, descriptor, leftOut };
}

/** The time after which no file of a layer was changed, in nanoseconds since 1970: that of SOURCE_DATE_EPOCH. Throws UserError (2). */
export function latestTime(): bigint | undefined {
  const seconds = sourceDate();
  return seconds === undefined ? undefined : BigInt(seconds) * 1_000_000_000n;
}

/**
 * Makes a layer of its members: the archive is written and the layer unpacked in one go, from one reading. `notes` are to be said of it. Throws as
 * {@link commitLayer} does.
 */
export async function layerOf(
  events: TarEvents,
  below: readonly Digest[],
  aborted?: AbortSignal,
): Promise<Omit<NewLayer, 'leftOut'> & { readonly notes: readonly string[] }> {
  using ingest = openIngest();
  let size = 0;
  const { diffId, unpacked } = await makeLayer(chainIds(below), async (directory) => {
    const unpacked = await archiveAndUnpack(
      until(aborted, events),
      ingest,
      Unpacking.into(directory, possibleOwners()),
    );
    size = ingest.offset;
    return { unpacked, diffId: ingest.commit() };
  });
  return { diffId, descriptor: { mediaType: OCI_LAYER, digest: diffId, size }, notes: unpacked.notes };
}

type TarEvents = Iterable<TarEvent> | AsyncIterable<TarEvent>;

async function* until(aborted: AbortSignal | undefined, all: TarEvents): AsyncGenerator<TarEvent> {
  for await (const one of all) {
    aborted?.throwIfAborted();
    yield one;
  }
}

async function archiveAndUnpack(events: TarEvents, ingest: Ingest, unpacking: Unpacking): Promise<Unpacked> {
  const output = new BufferedOutput((bytes) => ingest.write(bytes));
  const archive = new EventWriter(output.write);
  try {
    for await (const event of events) {
      archive.take(event);
      await unpacking.take(event);
    }
    archive.end();
    output.flush();
    return await unpacking.finish();
  } catch (error) {
    await unpacking.abandon();
    throw error;
  }
}
