import { createReadStream } from 'node:fs';
import type { Digest } from '../digest.js';
import type { Descriptor } from '../manifest.js';
import { parseReference, type Reference } from '../reference.js';
import type { Access } from '../registry/connection.js';
import { type Received, Registry } from '../registry/registry.js';
import type { Retry } from '../registry/retries.js';
import { holdStore } from '../store/hold.js';
import { type Image, listImages } from '../store/images.js';
import { blobPath, changeIndex } from '../store/layout.js';
import { Together } from './at-once.js';
import { compressedLayers, compressLayer, isPlain, pushedManifest } from './compress.js';
import type { LayerProgress, Tell } from './events.js';

/** How an image is pushed. */
export interface PushOptions extends Access {
  readonly tell?: Tell | undefined;
}

/** An image that was pushed. */
export interface Pushed {
  /** Of the manifest, and its bytes. */
  readonly digest: Digest;
  readonly size: number;
  /** Bytes of blobs that were sent: not of those that the registry had, or took from another repository. */
  readonly sent: number;
}

/** What all blobs of a push have in common. */
interface Work {
  readonly registry: Registry;
  readonly reference: Reference;
  readonly tell: Tell;
}

/** Pushes an image of the store under a name. Layers that are not compressed are, and the image has them so from then on. Throws UserError. */
export async function pushImage(image: Image, reference: Reference, options: PushOptions = {}): Promise<Pushed> {
  using _held = holdStore();
  const together = new Together(options.signal);
  const tell = options.tell ?? (() => {});
  const onRetry = (retry: Retry) => tell({ type: 'retry', ...retry });
  using registry = await Registry.open(reference, { ...options, signal: together.signal, onRetry });
  registry.wantPush();
  const work = { registry, reference, tell };
  const known = compressedLayers();
  const { config, layers } = image.manifest;
  const blobs = layers.map((layer, i) =>
    isPlain(layer) ? (known.get(image.config.rootfs.diff_ids[i] as Digest) ?? layer) : layer,
  );
  for (const { digest } of blobs) tell({ type: 'layer', digest, state: 'preparing' });
  const pushing = [config, ...blobs].map((blob) => {
    const onWait = () => blob !== config && tell({ type: 'layer', digest: blob.digest, state: 'waiting' });
    return together.begin(() => pushBlob(work, blob, blob !== config), onWait);
  });
  await together.end();
  const [ofConfig, ...pushed] = await Promise.all(pushing);
  const manifest = pushedManifest(
    image,
    pushed.map(({ blob }) => blob),
  );
  await registry.putManifest(reference.tag ?? manifest.descriptor.digest, manifest);
  keepPushed(image, manifest);
  const sent = [ofConfig, ...pushed].reduce((sum, one) => sum + (one?.sent ?? 0), 0);
  return { digest: manifest.descriptor.digest, size: manifest.descriptor.size, sent };
}

/** A blob as the registry has it now, and how many bytes that took. */
interface PushedBlob {
  readonly blob: Descriptor;
  readonly sent: number;
}

/** Layers are told of, each in the line of the blob that the image had. */
async function pushBlob(work: Work, given: Descriptor, isLayer: boolean): Promise<PushedBlob> {
  const tell = (event: LayerProgress) => isLayer && work.tell({ type: 'layer', digest: given.digest, ...event });
  const blob = isPlain(given) ? await compressed(given, tell) : given;
  const from = await unlessThere(work, blob.digest);
  if (from !== undefined) {
    tell(from === '' ? { state: 'already there' } : { state: 'mounted', from });
    return { blob, sent: 0 };
  }
  const sent = await send(work.registry, blob, (done) => tell({ state: 'pushing', done, total: blob.size }));
  tell({ state: 'pushed' });
  return { blob, sent };
}

async function compressed(layer: Descriptor, tell: (event: LayerProgress) => unknown): Promise<Descriptor> {
  tell({ state: 'compressing' });
  return await compressLayer(layer);
}

/** The repository from which the registry took a blob, '' where this one had it; undefined: it has to be sent. */
async function unlessThere({ registry, reference }: Work, digest: Digest): Promise<string | undefined> {
  if (await registry.hasBlob(digest)) return '';
  for (const from of holdersOf(digest, reference)) if (await registry.mount(digest, from)) return from;
  return undefined;
}

/** Other repositories of the same registry that have a blob, if the names of our images are right. */
function holdersOf(digest: Digest, { host, repository }: Reference): string[] {
  const images = listImages().filter(({ manifest: { config, layers } }) =>
    [config, ...layers].some((blob) => blob.digest === digest),
  );
  const there = images.flatMap(({ names }) => names.map(parseReference)).filter((other) => other.host === host);
  return [...new Set(there.map((other) => other.repository))].filter((other) => other !== repository);
}

/** Returns how many bytes were sent. */
async function send(registry: Registry, blob: Descriptor, onBytes: (done: number) => void): Promise<number> {
  await registry.putBlob(blob, () => {
    let done = 0;
    return createReadStream(blobPath(blob.digest)).on('data', (piece) => {
      done += piece.length;
      onBytes(done);
    });
  });
  return blob.size;
}

/** Its digest is that of the registry from now on; its ID, that of its config, and its names stay. */
function keepPushed({ descriptor: { digest } }: Image, { descriptor }: Received): void {
  if (descriptor.digest === digest) return;
  changeIndex((all) => all.map((one) => (one.digest === digest ? { ...one, ...descriptor } : one)));
}
