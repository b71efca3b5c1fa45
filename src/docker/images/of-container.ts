import type { ContainerConfig } from '../../container/record.js';
import type { Container } from '../../container/store/store.js';
import { parseReference, storedName } from '../../image/reference.js';
import { type Image, imageDirectories, isUnpacked, listImages } from '../../image/store/images.js';

/** By its name, if that is still of the image whose layers the container has; else any image that has the same. */
export function imageOfContainer({ image, layers }: ContainerConfig, images = listImages()): Image | undefined {
  const same = images.filter((one) => hasLayers(one, layers));
  return same.find(({ id, names }) => id.includes(image) || names.includes(nameOf(image))) ?? same[0];
}

/** The containers that are made of an image, running or not. */
export function containersOf({ id }: Image, containers: readonly Container[]): Container[] {
  const images = listImages();
  return containers.filter(({ config }) => imageOfContainer(config, images)?.id === id);
}

function hasLayers(image: Image, layers: readonly string[]): boolean {
  const directories = isUnpacked(image) ? imageDirectories(image) : [];
  return directories.length === layers.length && directories.every((directory, i) => directory === layers[i]);
}

/** `--rootfs DIR` has a path for a name. */
function nameOf(given: string): string {
  try {
    return storedName(parseReference(given));
  } catch {
    return given;
  }
}
