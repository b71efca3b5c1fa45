import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../../../container/store/store.js';
import { here } from '../../../state/directories.js';

/** A test of which containers are made of an image: their layers lie in its directory. */
export function needImage(directory: string): (container: Container) => boolean {
  return ({ config }) => config.layers.some((layer) => layer.startsWith(`${directory}/`));
}

/** Whether images were ever kept here. Where not, what only looks makes no store. */
export function hasStore(): boolean {
  return existsSync(join(here().state, 'images'));
}
