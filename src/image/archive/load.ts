import { closeSync, openSync, readSync } from 'node:fs';
import { UserError } from '../../kernel/errors/user-error.js';
import { list, maybe, record, text } from '../../kernel/parser.js';
import { codecOf } from '../codec/decompress.js';
import { checkDigest, type Digest } from '../digest.js';
import * as m from '../manifest.js';
import { isOwn } from '../platform.js';
import { fullName, parseReference } from '../reference.js';
import { holdStore } from '../store/hold.js';
import { type Image, imageOf, nameImage } from '../store/images.js';
import { openIngest } from '../store/ingest.js';
import { keepBytes, keepManifestOf } from '../store/keep.js';
import { IMAGE_NAME, REF_NAME } from '../store/layout.js';
import { unpackImage } from '../store/new-layer.js';
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

/** Loads the images of an archive: of `docker save`, or an OCI layout; compressed or not. Throws UserError. */
export async function loadArchive(file: string): Promise<Loaded[]> {
  using _held = holdStore();
  using archive = await OpenArchive.open(file);
  const described = [...describedByOci(archive), ...describedByDocker(archive)];
  if (described.length === 0) {
    const remedy = 'It has neither manifest.json (docker save) nor index.json (OCI). A root file system: tslab import.';
    throw new UserError('this archive has no image', 2, remedy);
  }
  const loaded: Loaded[] = [];
  for (const { descriptor, names } of described) {
    const image = imageOf(descriptor, names);
    const notes = await unpackImage(image);
    if (names.length === 0) nameImage(descriptor);
    for (const name of names) nameImage(descriptor, name);
    loaded.push({ image, names, notes });
  }
  return loaded;
}

const dockerManifest = list(
  record({ Config: text, RepoTags: (value, at) => maybe(list(text))(value ?? undefined, at), Layers: list(text) }),
);

/** What `docker save` has written always: configs and layers, without a manifest of the registry. That is made here. */
function describedByDocker(archive: OpenArchive): Described[] {
  const json = archive.read('manifest.json');
  // Since Docker 25 there is an OCI layout beside it, which has the manifest itself.
  if (!json || archive.read('index.json')) return [];
  return readManifest(json).map(({ Config, RepoTags, Layers }) => {
    const config = archive.read(Config);
    if (!config) throw new UserError(`the archive has no ${Config}, which its manifest.json names`, 2);
    const layers = Layers.map((path) => layerOf(archive, path));
    const descriptor = keepManifestOf(keepBytes(m.OCI_CONFIG, config), layers);
    return { descriptor, names: (RepoTags ?? []).map((name) => fullName(parseReference(name))) };
  });
}

function readManifest(json: Buffer) {
  try {
    return dockerManifest(JSON.parse(json.toString('utf8')), 'manifest.json');
  } catch (error) {
    throw new UserError(`manifest.json of the archive is damaged: ${(error as Error).message}`, 2);
  }
}

function layerOf(archive: OpenArchive, path: string): m.Descriptor {
  return archive.withFile(path, (open) => {
    const { digest, size, start } = keepFile(open);
    const codec = codecOf(start);
    return { mediaType: codec === 'none' ? m.OCI_LAYER : `${m.OCI_LAYER}+${codec}`, digest, size };
  });
}

function describedByOci(archive: OpenArchive): Described[] {
  const json = archive.read('index.json');
  if (!json) return [];
  return m.parseIndex(json, 'index.json').flatMap((descriptor) => {
    const manifests = m.isIndex(descriptor) ? ofThisMachine(archive, descriptor) : [descriptor];
    return manifests.filter(m.isManifest).map((one) => {
      keepManifest(archive, one);
      return { descriptor: one, names: namesOf(descriptor, archive) };
    });
  });
}

/** Of an image for several machines, the one for this. */
function ofThisMachine(archive: OpenArchive, { digest }: m.Descriptor): m.Descriptor[] {
  const bytes = archive.read(blobName(digest));
  if (!bytes) throw new UserError(`the archive has no ${blobName(digest)}, which its index.json names`, 2);
  return m
    .parseIndex(bytes, blobName(digest))
    .filter(({ platform }) => isOwn(platform))
    .slice(0, 1);
}

/** Docker and containerd write the whole name; others only a tag, which is no name. */
function namesOf({ annotations }: m.Descriptor, archive: OpenArchive): string[] {
  const name = annotations?.[IMAGE_NAME] ?? annotations?.[REF_NAME];
  if (name !== undefined) return /[/:]/.test(name) ? [fullName(parseReference(name))] : [];
  const [docker] = readManifest(archive.read('manifest.json') ?? Buffer.from('[]'));
  return (docker?.RepoTags ?? []).map((tag) => fullName(parseReference(tag)));
}

function keepManifest(archive: OpenArchive, { digest }: m.Descriptor): void {
  const blob = (one: Digest) => archive.withFile(blobName(one), (open) => keepFile(open, one));
  blob(digest);
  const { config, layers } = imageManifest(archive, digest);
  for (const one of [config, ...layers]) blob(one.digest);
}

function imageManifest(archive: OpenArchive, digest: Digest): m.Manifest {
  return m.parseManifest(archive.read(blobName(digest)) ?? Buffer.alloc(0), blobName(digest));
}

function blobName(digest: Digest): string {
  return `blobs/${checkDigest(digest, 'a descriptor').replace(':', '/')}`;
}

/** Keeps a file as a blob. Throws UserError where it is not the one that is expected. */
function keepFile(path: string, expected?: Digest): { digest: Digest; size: number; start: Uint8Array } {
  const fd = openSync(path, 'r');
  try {
    using ingest = openIngest();
    const part = Buffer.alloc(1 << 18);
    let start: Uint8Array = Buffer.alloc(0);
    for (let count = readSync(fd, part); count > 0; count = readSync(fd, part)) {
      if (ingest.offset === 0) start = Uint8Array.from(part.subarray(0, 6));
      ingest.write(part.subarray(0, count));
    }
    const size = ingest.offset;
    const digest = ingest.commit(expected);
    return { digest, size, start };
  } finally {
    closeSync(fd);
  }
}
