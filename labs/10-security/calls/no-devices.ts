import { mount } from '../../../src/kernel/calls/index.js';
import { MS_BIND, MS_NODEV, MS_REMOUNT } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region no-devices
/** Where no cgroup can have rules: no node on the root filesystem opens anything. Root must not have CAP_MKNOD then, or a tmpfs would do. */
export function refuseDevices(): Syscall[] {
  return [mount(null, '/', null, MS_REMOUNT | MS_BIND | MS_NODEV, null)];
}
// #endregion
