import { basename } from 'node:path';
import { CONFIG } from '../../container/store/formats.js';
import { containerIds, directoryOf, recordOf } from '../../container/store/read.js';
import type { Digest } from '../../image/digest.js';
import { imagesDirectory } from '../../image/store/layout.js';
import type { Marked } from '../../image/store/mark.js';
import { readRegularFile } from '../../kernel/files/regular-file.js';

/** Layers that containers have, also those of a newer tslab, and damaged ones, which can be repaired: whatever their records mention. */
export function neededByContainers(): Marked {
  const layers = new Set<Digest>();
  for (const id of containerIds()) for (const chain of mentionedBy(id)) layers.add(chain);
  return { blobs: new Set(), layers };
}

function mentionedBy(id: string): Digest[] {
  const below = basename(imagesDirectory('layers'));
  const text = textOf(recordOf(directoryOf(id)));
  return [...text.matchAll(new RegExp(`/${below}/([0-9a-f]{64})/`, 'g'))].map(([, hex]) => `sha256:${hex}` as Digest);
}

function textOf(path: string): string {
  try {
    return readRegularFile(path, CONFIG.limit).toString('latin1');
  } catch {
    return '';
  }
}
