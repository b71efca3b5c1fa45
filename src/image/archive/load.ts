import { createReadStream } from 'node:fs';
import { UserError } from '../../kernel/errors/user-error.js';
import { list, orNull, record, text } from '../../kernel/parser.js';
import { codecOf, LONGEST_MAGIC } from '../codec/decompress.js';
import { checkDigest, type Digest, digestOf } from '../digest.js';
import * as m from '../manifest.js';
import { ownPlatform } from '../platform.js';
import { fullName, parseReference } from '../reference.js';
import { holdStore } from '../store/hold.js';
import { type Image, imageOf, nameImage } from '../store/images.js';
import { openIngest } from '../store/ingest.js';
import { keepBytes, keepManifestOf } from '../store/keep.js';
import { IMAGE_NAME, REF_NAME } from '../store/layout.js';
import { unpackImage } from '../store/new-layer.js';
import { chooseManifest } from '../transfer/platform.js';
import { OpenArchive } from './open.js';

/** An image that was loaded, its names, and what is to be said of its layers. */
export interface Loaded {
  readonly image: Image;
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/** What an archive says of an image. */
interface Described {
  readonly descriptor: m.Descriptor;
  readonly names: readonly string[];
}

/** Loads the images of an archive: of `docker save`, or an OCI layout; compressed or not. Throws UserError, or what `aborted` makes of it. */
export async function loadArchive(file: string, platform = ownPlatform(), aborted?: AbortSignal): Promise<Loaded[]> {
  using _held = holdStore();
  using archive = await OpenArchive.open(file, aborted);
  const keeper = new Keeper(archive, aborted);
  const described = [...(await describedByOci(keeper, platform)), ...(await describedByDocker(keeper))];
  if (described.length === 0) throw noImage(archive);
  const loaded: Loaded[] = [];
  for (const { descriptor, names } of described) {
    const image = imageOf(descriptor, names);
    const notes = await unpackImage(image, aborted);
    if (names.length === 0) nameImage(descriptor);
    for (const name of names) nameImage(descriptor, name);
    loaded.push({ image, names, notes });
  }
  return loaded;
}

function noImage(archive: OpenArchive): UserError {
  const [what, remedy] = whyNone(archive);
  return new UserError(`this archive ${what}`, 2, remedy);
}

function whyNone(archive: OpenArchive): readonly [what: string, remedy: string] {
  const has = (name: string) => archive.read(name) !== undefined;
  if (archive.isEmpty()) return ['has no image: it is empty', 'Did the command that made it fail?'];
  if (has('index.json')) return ['has no image', 'Its index.json names none.'];
  if (isOfSkopeo(archive))
    return ['is what `skopeo copy … dir:` writes', 'skopeo copy dir:DIRECTORY oci-archive:FILE; tslab load -i FILE'];
  if (has('repositories'))
    return ['is of docker before 1.10 (2016)', 'Have a docker that still loads it save it again.'];
  return [
    'has no image',
    'It has neither manifest.json (docker save) nor index.json (OCI). A root file system: tslab import.',
  ];
}

/** containers-transports(5), "dir:": its manifest.json is the one of the image, and nothing says the image's name. */
function isOfSkopeo(archive: OpenArchive): boolean {
  return /^Directory Transport Version/.test(`${archive.read('version')}`);
}

const dockerManifest = list(record({ Config: text, RepoTags: orNull(list(text)), Layers: list(text) }));

/** What `docker save` has written always: configs and layers, without a manifest of the registry. That is made here. */
async function describedByDocker(keeper: Keeper): Promise<Described[]> {
  const { archive } = keeper;
  const json = archive.read('manifest.json');
  // Since Docker 25 there is an OCI layout beside it, which has the manifest itself.
  if (!json || archive.read('index.json') || isOfSkopeo(archive)) return [];
  const all: Described[] = [];
  for (const { Config, RepoTags, Layers } of readManifest(json)) {
    const config = archive.read(Config);
    if (!config) throw new UserError(`the archive has no ${Config}, which its manifest.json names`, 2);
    const layers: m.Descriptor[] = [];
    for (const path of Layers) layers.push(await keeper.layer(path));
    const descriptor = keepManifestOf(keepBytes(m.OCI_CONFIG, config), layers);
    all.push({ descriptor, names: (RepoTags ?? []).map((name) => fullName(parseReference(name))) });
  }
  return all;
}

function readManifest(json: Buffer) {
  try {
    return dockerManifest(JSON.parse(json.toString('utf8')), '');
  } catch (error) {
    throw new UserError(`manifest.json of the archive is damaged: ${(error as Error).message}`, 2);
  }
}

async function describedByOci(keeper: Keeper, wanted: m.Platform): Promise<Described[]> {
  const { archive } = keeper;
  const json = archive.read('index.json');
  if (!json) return [];
  const isImage = (one: m.Descriptor) => (m.isIndex(one) || m.isManifest(one)) && one.platform?.os !== 'unknown';
  const all: Described[] = [];
  for (const named of m.parseIndex(json, 'index.json').filter(isImage)) {
    const descriptor = manifestIn(archive, named, wanted);
    await keepManifest(keeper, descriptor);
    all.push({ descriptor, names: namesOf(named, archive) });
  }
  return all;
}

/** Of an image for several machines, the one for a platform; a list may have lists in it (OCI image-spec, image-index.md). */
function manifestIn(archive: OpenArchive, descriptor: m.Descriptor, wanted: m.Platform): m.Descriptor {
  if (!m.isIndex(descriptor)) return descriptor;
  const { digest } = descriptor;
  const all = m.parseIndex(blobIn(archive, digest), blobName(digest));
  return manifestIn(archive, chooseManifest(all, wanted, digest), wanted);
}

function blobIn(archive: OpenArchive, digest: Digest): Buffer {
  const bytes = archive.read(blobName(digest));
  if (!bytes) throw new UserError(`the archive has no ${blobName(digest)}, which another file of it names`, 2);
  if (digestOf(bytes) === digest) return bytes;
  throw new UserError(`${blobName(digest)} of the archive has the content of ${digestOf(bytes)}`, 3);
}

/** Docker and containerd write the whole name; others only a tag, which is no name. */
function namesOf({ annotations }: m.Descriptor, archive: OpenArchive): string[] {
  const name = annotations?.[IMAGE_NAME] ?? annotations?.[REF_NAME];
  if (name !== undefined) return /[/:]/.test(name) ? [fullName(parseReference(name))] : [];
  const [docker] = readManifest(archive.read('manifest.json') ?? Buffer.from('[]'));
  return (docker?.RepoTags ?? []).map((tag) => fullName(parseReference(tag)));
}

async function keepManifest(keeper: Keeper, { digest, mediaType }: m.Descriptor): Promise<void> {
  const bytes = blobIn(keeper.archive, digest);
  const { config, layers } = m.parseManifest(bytes, blobName(digest));
  keepBytes(mediaType, bytes);
  for (const one of [config, ...layers]) await keeper.blob(one);
}

function blobName(digest: Digest): string {
  return `blobs/${checkDigest(digest, 'a descriptor').replace(':', '/')}`;
}

/** Keeps files of an archive as blobs. */
class Keeper {
  readonly archive: OpenArchive;
  readonly #aborted: AbortSignal | undefined;

  constructor(archive: OpenArchive, aborted: AbortSignal | undefined) {
    this.archive = archive;
    this.#aborted = aborted;
  }

  async layer(path: string): Promise<m.Descriptor> {
    const { digest, size, start } = await this.#keep(path);
    const codec = codecOf(start);
    return { mediaType: codec === 'none' ? m.OCI_LAYER : `${m.OCI_LAYER}+${codec}`, digest, size };
  }

  /** Throws UserError where it is not the one that is expected. */
  async blob({ digest, size }: m.Descriptor): Promise<void> {
    const kept = await this.#keep(blobName(digest), digest);
    if (kept.size === size) return;
    throw new UserError(`${blobName(digest)} has ${kept.size} bytes, and its manifest says ${size}`, 2);
  }

  async #keep(path: string, expected?: Digest): Promise<{ digest: Digest; size: number; start: Uint8Array }> {
    return await this.archive.withFile(path, async (open) => {
      using ingest = openIngest();
      let start: Uint8Array = Buffer.alloc(0);
      const bytes = createReadStream(open, { highWaterMark: 1 << 18, signal: this.#aborted });
      for await (const part of bytes as AsyncIterable<Buffer>) {
        if (ingest.offset === 0) start = Uint8Array.from(part.subarray(0, LONGEST_MAGIC));
        ingest.write(part);
      }
      const size = ingest.offset;
      return { digest: ingest.commit(expected), size, start };
    });
  }
}
