import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import { policyLines, policyOf } from '../../../src/cgroup/devices/policy.js';
import type { DeviceRule } from '../../../src/oci/resources.js';

// #region devices
/**
 * What every container may do (runc, specconv.AllowedDevices): make any node, which nobody can open by that, and use those that lab 02 has
 * put into its /dev, and terminals.
 */
const ALWAYS: readonly DeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  device(1, 3), // null
  device(1, 5), // zero
  device(1, 7), // full
  device(1, 8), // random
  device(1, 9), // urandom
  device(5, 0), // tty
  device(5, 2), // ptmx
  device(136, -1), // pts/0 and so on
];

/**
 * Only these devices and no others, whatever nodes there are: root of a container has CAP_MKNOD, and with two numbers the host's disk.
 * `docker run --device-cgroup-rule`; OCI: `linux.resources.devices`. Before the first process enters the cgroup.
 */
export function limitDevices(group: Cgroup, rules: readonly DeviceRule[]): void {
  group.setDevices(policyOf([...rules, ...ALWAYS]));
}
// #endregion

/** The same as lines that tell of it. */
export function deviceLines(rules: readonly DeviceRule[]): string[] {
  return policyLines(policyOf([...rules, ...ALWAYS]));
}

function device(major: number, minor: number): DeviceRule {
  return { allow: true, type: 'c', major, minor, access: 'rwm' };
}
