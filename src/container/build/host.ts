import { openSync } from 'node:fs';
import { privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { Source } from '../../image/build/context/source.js';
import type { BuildHost } from '../../image/build/host.js';
import { localImage } from '../../image/local/local.js';
import { type Image, isUnpacked, lookUpImage } from '../../image/store/images.js';
import { imagesDirectory } from '../../image/store/layout.js';
import { unpackImage } from '../../image/store/new-layer.js';
import { exitGroup } from '../../kernel/calls/index.js';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { nodePath } from '../../kernel/files/file-names.js';
import { guestOfLayers } from '../../rootfs/guest-file.js';
import { Layers } from '../../rootfs/layers.js';
import { runDirectory } from '../../state/directories.js';
import { HeldMounts } from '../files/held-mounts.js';
import { resolveUser } from '../start/identity.js';
import { type Limits, runStep } from './run.js';

/** Gets an image that is not here, by its name; `alike` is what may have been meant as well. */
export type Fetch = (name: string, alike: readonly string[]) => Promise<Image>;

export interface HostOptions {
  /** RUN is killed then. */
  readonly aborted: AbortSignal;
  /** An image is fetched that is here as well. */
  readonly anew: boolean;
  readonly limits: Limits;
  /** Gets what is to be said of an image that is unpacked. */
  warn(note: string): void;
}

/** What builds have of the runtime. */
export function buildHost(fetch: Fetch, { aborted, anew, limits, warn }: HostOptions): BuildHost {
  return {
    image: (name, alike) => imageNamed(name, { fetch: (other) => fetch(other, alike), anew, warn }),
    openLayers,
    ownerOf,
    run: (step, keep) => runStep(step, { aborted, limits, keep }),
  };
}

/** One of the store, or one that is made of what this host has; `tslab/…` is made anew where that has changed. */
async function imageNamed(
  name: string,
  { fetch, anew, warn }: Pick<HostOptions, 'anew' | 'warn'> & { fetch: (name: string) => Promise<Image> },
): Promise<Image> {
  const own = name.startsWith('tslab/') ? await localImage(name) : undefined;
  const present = own ?? (anew ? undefined : lookUpImage(name)) ?? (await localImage(name));
  const image = present ?? (await fetch(name));
  if (!isUnpacked(image)) (await unpackImage(image)).forEach(warn);
  return image;
}

function openLayers(layers: readonly string[]): Source {
  return new Source(openLayersRoot(layers));
}

/**
 * Opens the directory (O_PATH) that layers come to, topmost first: of none an empty one; of several an overlay is mounted where only this process sees
 * it. Whoever asked closes it.
 */
export function openLayersRoot(layers: readonly string[]): number {
  if (layers.length <= 1)
    return openSync(nodePath(layers[0] ?? imagesDirectory('no-layer')), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const target = runDirectory();
  const overlay = mountOverlay({ lower: layers, target, privileged: isPrivileged() });
  using mounts = new HeldMounts([...privateMounts(), ...overlay, exitGroup(0)]);
  return mounts.open(target, O_PATH | O_DIRECTORY);
}

function ownerOf(name: string, layers: readonly string[]) {
  using files = new Layers(layers);
  const { uid, gid } = resolveUser(name, guestOfLayers(files));
  return { uid, gid };
}
