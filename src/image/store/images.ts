import { errorCode } from '../../kernel/errors/errno.js';
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
import { hasLayers, lowerDirectories } from './layers.js';
import { changeIndex, IMAGE_NAME, REF_NAME, REPAIR, readBlob, readIndex } from './layout.js';

/** An image of the store. Its ID is the digest of its config, as Docker's. */
export interface Image {
  readonly id: Digest;
  readonly descriptor: Descriptor;
  /** Full ones: `docker.io/library/busybox:latest`. */
  readonly names: readonly string[];
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

/** An image whose manifest or config cannot be read: nothing can be made of it. */
export interface DamagedImage extends Pick<Image, 'descriptor' | 'names'> {
  readonly error: UserError;
}

/** All images, each once, and apart from them those that are damaged. */
export function readImages(): { readonly images: Image[]; readonly damaged: DamagedImage[] } {
  const [images, damaged]: [Image[], DamagedImage[]] = [[], []];
  for (const entry of listEntries()) {
    const image = ifWhole(entry);
    if (!(image instanceof UserError)) images.push(image);
    else damaged.push({ ...entry, error: image });
  }
  if (damaged.length === 0) return { images, damaged };
  // What was removed since the index was read is not damaged.
  const named = new Set(readIndex().map(({ digest }) => digest));
  return { images, damaged: damaged.filter(({ descriptor }) => named.has(descriptor.digest)) };
}

/** All images, each once; those that are damaged are not among them. */
export function listImages(): Image[] {
  return readImages().images;
}

function ifWhole({ descriptor, names }: Entry): Image | UserError {
  try {
    return imageOf(descriptor, names);
  } catch (error) {
    if (error instanceof UserError) return new UserError(error.message, 3, REPAIR);
    throw error;
  }
}

/** The names of all images, as people write them. */
export function imageNames(): string[] {
  return listImages().flatMap(({ names }) => names.map(familiarName));
}

/** What the index says of an image: none of its blobs is read for that. */
type Entry = Pick<Image, 'descriptor' | 'names'>;

function listEntries(): Entry[] {
  const all = readIndex().filter(isManifest);
  const first = all.filter(({ digest }, i) => all.findIndex((one) => one.digest === digest) === i);
  return first.map((descriptor) => {
    const same = all.filter(({ digest }) => digest === descriptor.digest);
    return { descriptor, names: same.flatMap((one) => nameOf(one) ?? []) };
  });
}

/** The image of a manifest whose blobs are there. Throws UserError. */
export function imageOf(descriptor: Descriptor, names: readonly string[] = []): Image {
  const manifest = parsed(descriptor.digest, 'manifest', parseManifest);
  const id = manifest.config.digest;
  const config = parsed(id, 'config', parseConfig);
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    const counts = `${manifest.layers.length} layers, and its config ${config.rootfs.diff_ids.length}`;
    throw new UserError(`the image ${id} is damaged: its manifest has ${counts}`, 2);
  }
  return { id, descriptor, names, manifest, config };
}

function parsed<T>(digest: Digest, what: string, parse: (json: Buffer, name: string) => T): T {
  const name = `the ${what} ${digest}`;
  const json = ifThere(digest);
  if (!json) throw new UserError(`${name} is missing`, 3);
  return parse(json, name);
}

function ifThere(digest: Digest): Buffer | undefined {
  try {
    return readBlob(digest);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

/** The image of a name, or of the start of its ID; undefined where there is none. Throws UserError (2) for what is no name, or several IDs. */
export function lookUpImage(given: string): Image | undefined {
  const digits = given.replace(/^sha256:/, '');
  const found = /^[0-9a-f]{1,64}$/.test(digits) ? withId(digits, given) : undefined;
  return found ?? withName(given);
}

/** Throws UserError (1), in Docker's words. */
export function findImage(given: string): Image {
  const image = lookUpImage(given);
  if (image) return image;
  const like = nearest(given, imageNames());
  throw new UserError(
    `No such image: ${given}`,
    1,
    like ? `Did you mean ${like}?` : 'tslab images lists those that are here.',
  );
}

function withId(digits: string, given: string): Image | undefined {
  const found = listImages().filter(({ id }) => hexOf(id).startsWith(digits));
  if (found.length > 1 && withName(given) === undefined)
    throw new UserError(`${given} is the start of ${found.length} image IDs`, 2, 'Give more of its digits.');
  return found.length === 1 && digits.length >= 4 ? found[0] : undefined;
}

function withName(given: string): Image | undefined {
  const entries = listEntries();
  const reference = parseReference(given);
  const name = storedName(reference);
  // The digest that it was pulled by may be that of a list for several machines: then it stands in the name alone.
  const named = entries.find(({ names }) => names.includes(name));
  const found = named ?? entries.find(({ descriptor }) => descriptor.digest === reference.digest);
  const image = found && ifWhole(found);
  if (image instanceof UserError) throw image;
  return image;
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

export function isUnpacked({ config }: Image): boolean {
  return hasLayers(chainIds(config.rootfs.diff_ids));
}

/** The directories of an image's layers, topmost first. */
export function imageDirectories({ config }: Image): string[] {
  return lowerDirectories(chainIds(config.rootfs.diff_ids));
}
