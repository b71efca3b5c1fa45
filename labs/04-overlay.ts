import { chdir } from '../src/kernel/calls.js';
import type { Syscall } from '../src/kernel/syscall.js';
import type { LabDefinition } from '../src/lab/definition.js';
import { privateMounts } from './01-pid-namespace.js';
import { detachOldRoot, swapRoots } from './02-rootfs.js';
import { opaqueStep, whiteoutStep } from './04-overlay/deletion.js';
import { diffStep } from './04-overlay/diff.js';
import { copyEach, oneDirectory } from './04-overlay/directories.js';
import { manyLayers } from './04-overlay/many-layers.js';
import { mountOverlay } from './04-overlay/mount.js';
import { mountinfoStep } from './04-overlay/mountinfo.js';
import type { Overlay } from './04-overlay/options.js';
import { initLayerStep } from './04-overlay/own-files.js';
import { redirectStep, renameStep } from './04-overlay/rename.js';
import { makeStage } from './04-overlay/stage.js';
import { twoContainers } from './04-overlay/two-containers.js';
import { copyUp, unionStep } from './04-overlay/union.js';
import { userNamespace } from './04-overlay/user-namespace.js';

export const overlayLab: LabDefinition = {
  id: '04-overlay',
  steps: [
    ...['one-directory', 'copies', 'union', 'copy-up', 'whiteout', 'opaque', 'rename', 'redirect', 'diff'],
    ...['two-containers', 'init-layer', 'mountinfo', 'many-layers', 'user-namespace'],
  ],
  skippable: ['union', 'copy-up', 'redirect', 'two-containers', 'init-layer', 'many-layers', 'user-namespace'],
  async run(lab) {
    const stage = makeStage(lab);
    await oneDirectory(lab, stage); //  two containers in one root: they see each other's writes
    await copyEach(lab, stage); //      a copy for each: nobody sees anybody, and it costs
    await unionStep(lab, stage); //     three directories seen as one
    await copyUp(lab, stage); //        the first write copies the file
    await whiteoutStep(lab, stage); //  what was deleted is covered, not gone
    await opaqueStep(lab, stage); //    a directory that hides the one below
    await renameStep(lab, stage); //    what overlayfs cannot do cheaply …
    await redirectStep(lab, stage); //  … unless it is told to
    await diffStep(lab, stage); //      upper, read as a list of changes
    await twoContainers(lab, stage); // one image, two containers
    await initLayerStep(lab, stage); // a layer that no commit takes along
    await mountinfoStep(lab, stage); // what all that looks like from outside
    await manyLayers(lab, stage); //    more layers than one page of options can name
    await userNamespace(lab, stage); // the same without root
  },
};

// #region overlay-root
/** An overlay as the root of a container: mounted in the mount namespace of its own, so the host's table never shows it. */
export function overlayRoot(overlay: Overlay): Syscall[] {
  return [
    ...privateMounts(),
    ...mountOverlay(overlay),
    chdir(overlay.target), // a mount point already: no bind on itself is needed, as it was in lab 02
    ...swapRoots(),
    ...detachOldRoot(),
  ];
}
// #endregion
