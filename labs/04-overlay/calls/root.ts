import { chdir } from '../../../src/kernel/calls/index.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { detachOldRoot, swapRoots } from '../../02-rootfs/calls/root.js';
import { mountOverlay } from './mount.js';
import type { Overlay } from './options.js';

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
