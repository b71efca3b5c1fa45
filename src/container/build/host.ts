import { privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { openSource, Source } from '../../image/build/context/source.js';
import type { BuildHost } from '../../image/build/host.js';
import { chainIds } from '../../image/ids.js';
import { localImage } from '../../image/local/local.js';
import { findImage, type Image, lookUpImage, unpackImage } from '../../image/store/images.js';
import { hasLayer } from '../../image/store/layers.js';
import { exitGroup } from '../../kernel/calls/index.js';
import { O_DIRECTORY, O_PATH } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { guestOfLayers } from '../../rootfs/guest-file.js';
import { Layers } from '../../rootfs/layers.js';
import { runDirectory } from '../../state/directories.js';
import { HeldMounts } from '../files/held-mounts.js';
import { resolveUser } from '../start/identity.js';
import { runStep } from './run.js';

/** Gets an image that is not here, by its name. */
export type Fetch = (name: string) => Promise<Image>;

/** What builds have of the runtime. RUN is killed at `aborted`. */
export function buildHost(aborted: AbortSignal, fetch?: Fetch): BuildHost {
  return {
    image: (name) => imageNamed(name, fetch),
    openLayers,
    ownerOf,
    run: (step, keep) => runStep(step, { aborted, keep }),
  };
}

/** One of the store, or one that is made of what this host has; `tslab/…` is made anew where that has changed. */
async function imageNamed(name: string, fetch: Fetch = async () => findImage(name)): Promise<Image> {
  const own = name.startsWith('tslab/') ? await localImage(name) : undefined;
  const image = own ?? lookUpImage(name) ?? (await localImage(name)) ?? (await fetch(name));
  if (!chainIds(image.config.rootfs.diff_ids).every(hasLayer)) await unpackImage(image);
  return image;
}

/** Of several an overlay is mounted where only this process sees it. */
function openLayers(layers: readonly string[]): Source {
  if (layers.length === 1) return openSource(layers[0] as string);
  const target = runDirectory();
  const overlay = mountOverlay({ lower: layers, target, privileged: isPrivileged() });
  using mounts = new HeldMounts([...privateMounts(), ...overlay, exitGroup(0)]);
  return new Source(mounts.open(target, O_PATH | O_DIRECTORY));
}

function ownerOf(name: string, layers: readonly string[]) {
  using files = new Layers(layers);
  const { uid, gid } = resolveUser(name, guestOfLayers(files));
  return { uid, gid };
}
