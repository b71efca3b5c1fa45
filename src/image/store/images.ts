import { UserError } from '../../kernel/errors/user-error.js';
import { nearest } from '../../state/nearest.js';
import { type Digest, hexOf } from '../digest.js';
import { chainIds } from '../ids.js';
import {
  type Descriptor,
  type ImageConfig,
  isManifest,
  type Manifest,
  parseConfig,
  parseManifest,
} from '../manifest.js';
import { familiarName, parseReference, storedName } from '../reference.js';
import { addLayer, hasLayer, lowerDirectories } from './layers.js';
import { changeIndex, hasBlob, IMAGE_NAME, REF_NAME, readBlob, readIndex } from './layout.js';

/** An image of the store. Its ID is the digest of its config, as Docker's. */
export interface Image {
  readonly id: Digest;
  readonly descriptor: Descriptor;
  /** Full ones: `docker.io/library/busybox:latest`. */
  readonly names: readonly string[];
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** All images, each once. */
export function listImages(): Image[] {
  const all = readIndex().filter(isManifest);
  const first = all.filter(({ digest }, i) => all.findIndex((one) => one.digest === digest) === i);
  return first.map((descriptor) => {
    const same = all.filter(({ digest }) => digest === descriptor.digest);
    return imageOf(
      descriptor,
      same.flatMap((one) => nameOf(one) ?? []),
    );
  });
}

/** The image of a manifest whose blobs are there. Throws UserError. */
export function imageOf(descriptor: Descriptor, names: readonly string[] = []): Image {
  const manifest = parseManifest(readBlob(descriptor.digest), `the manifest ${descriptor.digest}`);
  const id = manifest.config.digest;
  const config = parseConfig(readBlob(id), `the config ${id}`);
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    const counts = `${manifest.layers.length} layers, and its config ${config.rootfs.diff_ids.length}`;
    throw new UserError(`the image ${id} is damaged: its manifest has ${counts}`, 2);
  }
  return { id, descriptor, names, manifest, config };
}

/** The image of a name, or of the start of its ID; undefined where there is none. Throws UserError (2) for what is no name, or several IDs. */
export function lookUpImage(given: string): Image | undefined {
  const images = listImages();
  return withId(images, given) ?? withName(images, given);
}

/** Throws UserError (1), in Docker's words. */
export function findImage(given: string): Image {
  const image = lookUpImage(given);
  if (image) return image;
  const like = nearest(
    given,
    listImages().flatMap(({ names }) => names.map(familiarName)),
  );
  throw new UserError(
    `No such image: ${given}`,
    1,
    like ? `Did you mean ${like}?` : 'tslab images lists those that are here.',
  );
}

function withId(images: readonly Image[], given: string): Image | undefined {
  const digits = given.replace(/^sha256:/, '');
  if (!/^[0-9a-f]{1,64}$/.test(digits)) return undefined;
  const found = images.filter(({ id }) => hexOf(id).startsWith(digits));
  if (found.length > 1 && withName(images, given) === undefined)
    throw new UserError(`${given} is the start of ${found.length} image IDs`, 2, 'Give more of its digits.');
  return found.length === 1 && digits.length >= 4 ? found[0] : undefined;
}

function withName(images: readonly Image[], given: string): Image | undefined {
  const reference = parseReference(given);
  const name = storedName(reference);
  // The digest that it was pulled by may be that of a list for several machines: then it stands in the name alone.
  const named = images.find(({ names }) => names.includes(name));
  return named ?? images.find(({ descriptor }) => descriptor.digest === reference.digest);
}

/**
 * Gives an image a name, which it takes from the one that had it; that is still there without, as Docker's <none>. `name` is a full one; without
 * it the image is there by its ID.
 */
export function nameImage(descriptor: Descriptor, name?: string): void {
  changeIndex((all) => {
    const had = all.filter((one) => name !== undefined && nameOf(one) === name);
    const others = all.filter((one) => !had.includes(one));
    const annotations = name === undefined ? {} : { annotations: { [IMAGE_NAME]: name, [REF_NAME]: name } };
    return withoutDoubles([...others, ...had.map(unnamed), { ...unnamed(descriptor), ...annotations }]);
  });
}

/** An entry without a name is for an image that has none. */
function withoutDoubles(all: readonly Descriptor[]): Descriptor[] {
  return all.filter((one, i) => {
    const same = all.filter(({ digest }) => digest === one.digest);
    return (
      nameOf(one) !== undefined || (same.every((other) => !nameOf(other)) && all.indexOf(same[0] as Descriptor) === i)
    );
  });
}

export function unnamed({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

export function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[REF_NAME];
}

/** Unpacks the layers of an image that are not. Returns what is to be said of them. Throws UserError. */
export async function unpackImage({ config, manifest }: Image): Promise<readonly string[]> {
  const diffIds = config.rootfs.diff_ids;
  const notes: string[] = [];
  for (const [at, { digest }] of manifest.layers.entries()) {
    if (!hasBlob(digest)) throw new UserError(`the layer ${digest} is missing`, 3, 'Load or pull the image again.');
    notes.push(...(await addLayer({ diffIds, at, blob: digest })));
  }
  return [...new Set(notes)];
}

export function isUnpacked({ config }: Image): boolean {
  return chainIds(config.rootfs.diff_ids).every(hasLayer);
}

/** The directories of an image's layers, topmost first. */
export function imageDirectories({ config }: Image): string[] {
  return lowerDirectories(chainIds(config.rootfs.diff_ids));
}
