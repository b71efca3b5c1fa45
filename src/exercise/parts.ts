/**
 * What the labs have made of system calls: `import { mountProc } from 'tslab/parts'`. Each function gives the calls of one part of a container,
 * in the order in which the kernel is to get them.
 */
export { mountProc, privateMounts } from '../../labs/01-pid-namespace/calls/proc.js';
export { makeDevices, mountMqueue, mountShm } from '../../labs/02-rootfs/calls/dev.js';
export { maskPaths } from '../../labs/02-rootfs/calls/masks.js';
export { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../labs/02-rootfs/calls/root.js';
export { mountOverlay } from '../../labs/04-overlay/calls/mount.js';
export { attachVolume, openVolume } from '../../labs/06-volumes/calls/mounts.js';
export { ownCgroupRoot } from '../../labs/07-uts-ipc/calls/cgroup-root.js';
export { ownLinks } from '../../labs/08-network/calls/inside.js';
export { joinDirectory } from '../cgroup/join.js';
