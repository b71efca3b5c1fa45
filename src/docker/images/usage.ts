import type { Container } from '../../container/store/store.js';
import type { Digest } from '../../image/digest.js';
import { chainIds } from '../../image/ids.js';
import { type Image, listImages } from '../../image/store/images.js';
import { hasLayer } from '../../image/store/layers.js';
import { type Marked, markNamed } from '../../image/store/mark.js';
import { layerSize, storeSize } from '../../image/store/sizes.js';
import { containersOf } from './of-container.js';
import { neededByContainers } from './roots.js';

/** An image of the store, and the bytes of its layers. */
export interface ImageUsage {
  readonly image: Image;
  /** Of all its layers, as `images` shows it. */
  readonly size: number;
  /** Of those that other images have, too. */
  readonly shared: number;
  /** How many containers are made of it. */
  readonly users: number;
}

/** The images of the store; bytes of all that it keeps for them, blobs too, and of what no container needs. */
export function imageUsage(containers: readonly Container[]) {
  const images = listImages();
  const chains = images.map(layersOf);
  const each = images.map((image, i): ImageUsage => {
    const own = chains[i] ?? [];
    const others = new Set(chains.flatMap((chain, k) => (k === i ? [] : chain)));
    const shared = bytes(own.filter((one) => others.has(one)));
    return { image, size: bytes(own), shared, users: containersOf(image, containers).length };
  });
  const active = each.filter(({ users }) => users > 0).map(({ image: { descriptor } }) => descriptor);
  return { each, ...storeSize(both(markNamed(active), neededByContainers())) };
}

function layersOf({ config }: Image): Digest[] {
  return chainIds(config.rootfs.diff_ids).filter(hasLayer);
}

function bytes(layers: readonly Digest[]): number {
  return layers.reduce((sum, one) => sum + layerSize(one), 0);
}

function both(one: Marked, other: Marked): Marked {
  return { blobs: new Set([...one.blobs, ...other.blobs]), layers: new Set([...one.layers, ...other.layers]) };
}
