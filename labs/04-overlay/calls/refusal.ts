import { exitGroup } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../../src/kernel/constants.js';
import { startAsRoot } from '../../../src/kernel/credentials/as-root.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountOverlay } from './mount.js';
import type { Overlay } from './options.js';

/** Mounts an overlay in a process that ends at once. Throws SyscallError where the kernel refuses: the doctor knows what would help. */
export function tryOverlay(overlay: Overlay): void {
  startAsRoot({ namespaces: CLONE_NEWNS, calls: [...privateMounts(), ...mountOverlay(overlay), exitGroup(0)] });
}
