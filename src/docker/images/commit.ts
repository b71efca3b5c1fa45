import { join } from 'node:path';
import type { Container } from '../../container/store/store.js';
import { ownersOnDisk } from '../../container/users/owners.js';
import type { Change } from '../../image/build/changes.js';
import type { ImageSettings } from '../../image/manifest.js';
import { commitLayer, type NewLayer } from '../../image/store/commit-layer.js';
import type { Image } from '../../image/store/images.js';
import { newImage } from '../../image/store/new-image.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { committedSettings } from './committed-settings.js';
import { imageOfContainer } from './of-container.js';

/** What is said of an image that is made of a container. */
export interface CommitRequest {
  readonly author: string | undefined;
  readonly message: string | undefined;
  /** Of what a container of it is. */
  readonly change: Change;
  readonly aborted: AbortSignal;
}

/** An image, without a name, and paths of what no image can have. */
export interface Committed {
  readonly image: Image;
  readonly leftOut: readonly string[];
}

/**
 * Makes an image of what a container has written, on the image that it was made of. Volumes, the files that tslab gives it in /etc, and what was
 * made for them to be mounted on are none of it. Throws UserError, or the reason of `aborted`.
 */
export async function commitContainer(container: Container, request: CommitRequest): Promise<Committed> {
  const { config } = container;
  const parent = imageOfContainer(config);
  const settings = (ofParent: ImageSettings) => request.change(committedSettings(config, ofParent));
  settings(parent?.config.config ?? {}); // Throws, if it does, before anything is made.
  const base = parent ? [] : await baseLayers(config.layers, request.aborted);
  const below = parent?.config.rootfs.diff_ids ?? base.map(({ diffId }) => diffId);
  const own = await commitLayer(writtenBy(container), below, request.aborted);
  const { author, message } = request;
  const ofBase = base.map(() => ({ created_by: config.image }));
  const ofOwn = {
    created_by: config.process.args.join(' '),
    ...(author && { author }),
    ...(message && { comment: message }),
  };
  const image = newImage({ parent, layers: [...base, own], history: [...ofBase, ofOwn], author, settings });
  return { image, leftOut: own.leftOut };
}

function writtenBy({ config: { layers, mounts }, directory }: Container) {
  const mountPoints = [...mounts.map(({ target }) => target), ...OF_EVERY_CONTAINER];
  const privileged = isPrivileged();
  return { upper: join(directory, 'upper'), lower: layers, privileged, owner: ownersOnDisk().inside, mountPoints };
}

/** What is mounted in all of them. */
const OF_EVERY_CONTAINER = ['/dev', '/proc', '/sys', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];

/** A directory that was no image (`--rootfs`, or what the labs use for busybox) becomes the layers of one, the lowest first. */
async function baseLayers(directories: readonly string[], aborted: AbortSignal): Promise<NewLayer[]> {
  const made: NewLayer[] = [];
  for (const [i, upper] of [...directories.entries()].reverse()) {
    const source = { upper, lower: directories.slice(i + 1), privileged: isPrivileged(), owner: ownersOnDisk().inside };
    made.push(
      await commitLayer(
        source,
        made.map(({ diffId }) => diffId),
        aborted,
      ),
    );
  }
  return made;
}
