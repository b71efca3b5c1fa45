import { UserError } from '../../kernel/errors/user-error.js';
import type { Digest } from '../digest.js';
import { chainIds } from '../ids.js';
import { type Descriptor, isIndex, parseConfig, parseIndex, parseManifest } from '../manifest.js';
import { hasBlob, REPAIR, readBlob, readIndex } from './layout.js';

/** What is needed: blobs by their digests, unpacked layers by their chain IDs. */
export interface Marked {
  readonly blobs: ReadonlySet<Digest>;
  readonly layers: ReadonlySet<Digest>;
}

/** What index.json names, or else these of its images, and all that leads to. Throws UserError where one of them is damaged: what it needs is not known then. */
export function markNamed(named: readonly Descriptor[] = readIndex()): Marked {
  const [blobs, layers] = [new Set<Digest>(), new Set<Digest>()];
  const mark = (descriptor: Descriptor): void => {
    blobs.add(descriptor.digest);
    if (!hasBlob(descriptor.digest)) return;
    const bytes = readBlob(descriptor.digest);
    if (isIndex(descriptor)) parseIndex(bytes, `the list ${descriptor.digest}`).forEach(mark);
    else markImage(bytes, `the manifest ${descriptor.digest}`);
  };
  const markImage = (bytes: Buffer, name: string): void => {
    const { config, layers: archives } = parseManifest(bytes, name);
    for (const { digest } of [config, ...archives]) blobs.add(digest);
    if (!hasBlob(config.digest)) return;
    const { rootfs } = parseConfig(readBlob(config.digest), `the config ${config.digest}`);
    for (const chain of chainIds(rootfs.diff_ids)) layers.add(chain);
  };
  try {
    named.forEach(mark);
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.message, 3, REPAIR) : error;
  }
  return { blobs, layers };
}
