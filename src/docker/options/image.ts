import { UserError } from '../../kernel/errors/user-error.js';
import { ensureRootfs } from '../../rootfs/rootfs.js';
import { nearest } from '../../state/nearest.js';

/** The image that needs no download: made of this host's busybox, or of its own programs. */
const LOCAL = 'busybox';

/**
 * Lower layers of an image, topmost first; with `--rootfs` that directory in its place. Throws UserError: 2 where there is no
 * such image or directory, 3 where none can be made here.
 */
export function imageLayers(image: string, rootfs?: string): string[] {
  const name = image.replace(/:latest$/, '');
  if (rootfs === undefined && name !== LOCAL) throw unknownImage(image);
  return [ensureRootfs(rootfs).path];
}

function unknownImage(image: string): UserError {
  const like = nearest(image, [LOCAL]);
  const remedy = like ? `Did you mean ${like}?` : `The local image is ${LOCAL}: tslab run ${LOCAL} …`;
  return new UserError(`Unable to find image '${image}' locally`, 2, remedy);
}
