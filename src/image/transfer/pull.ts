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
import { isOwn, ownPlatform } from '../platform.js';
import { familiarName, fullName, type Reference, storedName } from '../reference.js';
import type { Access } from '../registry/connection.js';
import { type Received, Registry } from '../registry/registry.js';
import { holdStore } from '../store/hold.js';
import { type Image, imageOf, listImages, nameImage } from '../store/images.js';
import { keepBytes } from '../store/keep.js';
import { hasLayer } from '../store/layers.js';
import { hasBlob } from '../store/layout.js';
import { addLayer } from '../store/new-layer.js';
import { Together } from './at-once.js';
import { download } from './download.js';
import type { Tell } from './events.js';
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
  const image = await fetchImage({ registry, together, tell, ...patience }, typed(received, name));
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

async function ofPlatform(registry: Registry, received: Received, wanted: Platform): Promise<Received> {
  const { descriptor, bytes } = received;
  if (!isIndex(descriptor)) return received;
  return await registry.manifest(
    chooseManifest(parseIndex(bytes, 'the manifest list'), wanted, descriptor.digest).digest,
  );
}

interface Work {
  readonly registry: Registry;
  readonly together: Together;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly onRetry: (retry: { seconds: number; why: string }) => void;
}

/** Layers are unpacked in their order, each when it is there; the next ones are downloaded meanwhile. */
async function fetchImage(work: Work, { descriptor, bytes }: Received): Promise<Image & { notes: readonly string[] }> {
  const { together, registry } = work;
  const { config, layers } = parseManifest(bytes, `the manifest ${descriptor.digest}`);
  refuseOthers(config);
  keepBytes(descriptor.mediaType, bytes);
  const configured = together.begin(() => download(registry, config, work));
  const fetched = layers.map((layer) => together.begin(() => fetchLayer(work, layer)));
  try {
    await configured;
    const image = imageOf(descriptor);
    const notes: string[] = [];
    for (const [at, layer] of layers.entries()) {
      await fetched[at];
      notes.push(...(await unpack(work, image, { at, layer })));
    }
    return { ...image, notes: firstOfEachKind(notes) };
  } catch (error) {
    together.stop(error);
    throw error;
  } finally {
    await together.end();
  }
}

/** Helm charts, signatures and others are kept in registries, too. */
function refuseOthers({ mediaType }: Descriptor): void {
  if (/^application\/vnd\.(oci\.image\.config|docker\.container\.image)\.v1\+json$/.test(mediaType)) return;
  throw new UserError(`this is no image that can be run, but content of the type ${mediaType}`, 3);
}

async function fetchLayer({ registry, tell, ...patience }: Work, layer: Descriptor): Promise<void> {
  const { digest, size: total } = layer;
  if (hasBlob(digest)) return;
  tell({ type: 'layer', digest, state: 'waiting' });
  const onBytes = (done: number) => tell({ type: 'layer', digest, state: 'downloading', done, total });
  await download(registry, layer, { ...patience, onBytes });
  tell({ type: 'layer', digest, state: 'downloaded' });
}

async function unpack(
  { tell }: Work,
  { config }: Image,
  { at, layer }: { at: number; layer: Descriptor },
): Promise<readonly string[]> {
  const diffIds = config.rootfs.diff_ids;
  const { digest } = layer;
  if (hasLayer(chainIds(diffIds)[at] as Digest)) {
    tell({ type: 'layer', digest, state: 'present' });
    return [];
  }
  tell({ type: 'layer', digest, state: 'unpacking' });
  const notes = await addLayer({ diffIds, at, blob: digest });
  tell({ type: 'layer', digest, state: 'unpacked' });
  return notes;
}

/** The kernel runs no program of another machine: "exec format error". */
function foreign({ config: { os, architecture } }: Image, { platform }: PullOptions): string[] {
  if (platform || isOwn({ os, architecture })) return [];
  return [`the image is for ${platformName({ os, architecture })}, and this machine is ${platformName(ownPlatform())}`];
}
