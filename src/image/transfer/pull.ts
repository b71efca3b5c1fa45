import { UserError } from '../../kernel/errors/user-error.js';
import type { Digest } from '../digest.js';
import { chainIds } from '../ids.js';
import { firstOfEachKind } from '../layer/left-out.js';
import {
  type Descriptor,
  isIndex,
  isManifest,
  OCI_INDEX,
  OCI_MANIFEST,
  type Platform,
  parseIndex,
  parseManifest,
} from '../manifest.js';
import { ownPlatform } from '../platform.js';
import { familiarName, fullName, type Reference, storedName } from '../reference.js';
import type { Access } from '../registry/connection.js';
import { type Received, Registry } from '../registry/registry.js';
import { holdStore } from '../store/hold.js';
import { type Image, imageOf, listImages, nameImage } from '../store/images.js';
import { keepBytes } from '../store/keep.js';
import { hasBlob } from '../store/layout.js';
import { addLayer } from '../store/new-layer.js';
import { Together } from './at-once.js';
import { download } from './download.js';
import type { LayerProgress, Tell } from './events.js';
import { chooseManifest, platformName } from './platform.js';

/** How an image is pulled. */
export interface PullOptions extends Access {
  /** In the place of this machine's. */
  readonly platform?: Platform | undefined;
  readonly tell?: Tell | undefined;
}

/** An image that was pulled. */
export interface Pulled {
  readonly image: Image;
  /** What the registry has under the name: of an image for several machines, the digest of their list. */
  readonly digest: Digest;
  /** It had the name before. */
  readonly wasHere: boolean;
  /** What is to be said of it. */
  readonly notes: readonly string[];
}

/** Pulls an image and unpacks it; it has its name when all of it is there, and right. Throws UserError. */
export async function pullImage(reference: Reference, options: PullOptions = {}): Promise<Pulled> {
  using _held = holdStore();
  const together = new Together(options.signal);
  const tell = options.tell ?? (() => {});
  const patience = {
    signal: together.signal,
    onRetry: (retry: { seconds: number; why: string }) => tell({ type: 'retry', ...retry }),
  };
  using registry = await Registry.open(reference, { ...options, ...patience });
  const given = await registry.manifest(reference.digest ?? reference.tag ?? 'latest');
  const name = fullName(reference);
  const wanted = options.platform ?? ownPlatform();
  const received = await ofPlatform(registry, typed(given, name), wanted);
  const image = await fetchImage({ registry, together, tell, signal: together.signal }, typed(received, name));
  const stored = storedName(reference);
  const wasHere = listImages().some(({ id, names }) => id === image.id && names.includes(stored));
  nameImage(image.descriptor, stored);
  return {
    image: { ...image, names: [stored] },
    digest: given.descriptor.digest,
    wasHere,
    notes: [...image.notes, ...foreign(image, options)],
  };
}

/** What is said of a type in the header is believed where it is one of ours; else what the content says itself. */
function typed({ descriptor, bytes }: Received, name: string): Received {
  if (isIndex(descriptor) || isManifest(descriptor)) return { descriptor, bytes };
  const { schemaVersion, mediaType, manifests, layers } = contentOf(bytes, name);
  if (schemaVersion === 1)
    throw new UserError(
      `${familiarName(name)} has a manifest of schema 1, which nobody unpacks any more (Docker 28 does not)`,
      3,
      'It has to be pushed anew, by a Docker since 1.10.',
    );
  const own = {
    ...descriptor,
    mediaType: `${mediaType ?? (manifests ? OCI_INDEX : layers ? OCI_MANIFEST : descriptor.mediaType)}`,
  };
  if (isIndex(own) || isManifest(own)) return { descriptor: own, bytes };
  throw new UserError(`${familiarName(name)} is no image, but ${own.mediaType || 'something without a type'}`, 3);
}

function contentOf(bytes: Buffer, name: string): Partial<Record<string, unknown>> {
  try {
    return Object(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new UserError(`the manifest of ${name} is damaged: ${(error as Error).message}`, 3);
  }
}

/** A list may have lists in it, though none itself: each has the digests of the others. */
async function ofPlatform(registry: Registry, received: Received, wanted: Platform): Promise<Received> {
  const { descriptor, bytes } = received;
  if (!isIndex(descriptor)) return received;
  const { digest } = chooseManifest(parseIndex(bytes, 'the manifest list'), wanted, descriptor.digest);
  return await ofPlatform(registry, await registry.manifest(digest), wanted);
}

interface Work {
  readonly registry: Registry;
  readonly together: Together;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Three layers at once are downloaded, and unpacked while they come; each has its name when the one below has. */
async function fetchImage(work: Work, { descriptor, bytes }: Received): Promise<Image & { notes: readonly string[] }> {
  const { together, registry, tell } = work;
  const { config, layers } = parseManifest(bytes, `the manifest ${descriptor.digest}`);
  keepBytes(descriptor.mediaType, bytes);
  for (const { digest } of layers) if (!hasBlob(digest)) tell({ type: 'layer', digest, state: 'announced' });
  const image = together.begin(() => download(registry, config)).then(() => withChain(imageOf(descriptor)));
  const pulling: Promise<readonly string[]>[] = [];
  for (const [at, layer] of layers.entries()) {
    const below = Promise.all(pulling);
    below.catch(() => {});
    const onWait = () => hasBlob(layer.digest) || tell({ type: 'layer', digest: layer.digest, state: 'waiting' });
    pulling.push(together.begin((leave) => pullLayer(work, { image, at, layer, below }, leave), onWait));
  }
  try {
    const { chain: _, ...pulled } = await image;
    return { ...pulled, notes: firstOfEachKind((await Promise.all(pulling)).flat()) };
  } catch (error) {
    together.stop(error);
    throw error;
  } finally {
    await together.end();
  }
}

/** An image, and the chain IDs of its layers. */
type WithChain = Image & { readonly chain: readonly Digest[] };

function withChain(image: Image): WithChain {
  return { ...image, chain: chainIds(image.config.rootfs.diff_ids) };
}

/** A layer that is to be pulled: which one of the image, when that is known. */
interface WantedLayer {
  readonly image: Promise<WithChain>;
  readonly at: number;
  readonly layer: Descriptor;
  /** Resolves when the lower ones are there. */
  readonly below: Promise<unknown>;
}

/** Resolves with what is to be said of it; gives its place to another when it is unpacked. */
async function pullLayer(work: Work, wanted: WantedLayer, leave: () => void): Promise<readonly string[]> {
  const { registry, tell } = work;
  const { image, at, layer, below } = wanted;
  const { digest, size: total } = layer;
  const say = (progress: LayerProgress) => tell({ type: 'layer', digest, ...progress });
  const adding: Promise<readonly string[] | undefined>[] = [];
  const add = (bytes?: AsyncIterable<Buffer>) => {
    const how = { blob: digest, bytes, below, onUnpacked: leave, aborted: work.signal };
    const one = image.then(({ config, chain }) =>
      addLayer({ diffId: config.rootfs.diff_ids[at] as Digest, on: chain.slice(0, at), ...how }),
    );
    one.catch(() => {});
    adding.push(one);
  };
  const onBytes = (done: number) => say({ state: 'downloading', done, total });
  try {
    if (hasBlob(digest)) add();
    else {
      await download(registry, layer, { onBytes, onBegin: (ingest) => add(ingest.follow()) });
      say({ state: 'downloaded' });
    }
    say({ state: 'unpacking' });
    const notes = await adding.at(-1);
    say({ state: notes ? 'unpacked' : 'present' });
    return notes ?? [];
  } finally {
    await Promise.allSettled(adding);
  }
}

/** An image that is for one machine is taken for any, as by Docker. The kernel runs no program of another: "exec format error". */
function foreign({ config: { os, architecture } }: Image, { platform }: PullOptions): string[] {
  const wanted = platform ?? ownPlatform();
  if (os === wanted.os && architecture === wanted.architecture) return [];
  const why = `${platform ? 'not for' : 'this machine is'} ${platformName(wanted)}`;
  return [`the image is for ${platformName({ os, architecture })}, and ${why}`];
}
