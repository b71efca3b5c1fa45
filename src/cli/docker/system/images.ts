import type { Container } from '../../../container/store/store.js';

/** A test of which containers are made of an image: their layers lie in its directory. */
export function needImage(directory: string): (container: Container) => boolean {
  return ({ config }) => config.layers.some((layer) => layer.startsWith(`${directory}/`));
}
