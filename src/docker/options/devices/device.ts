import { posix } from 'node:path';
import type { DeviceConfig } from '../../../container/record.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { refuseKernelPlace } from '../../../volume/refuse-kernel-place.js';

/** Options of `run` about devices, as given. */
export interface DeviceFlags {
  readonly device?: readonly string[];
  readonly deviceCgroupRule?: readonly string[];
}

/** Throws UserError (2), in the words of docker. */
export function parseDevices({ device, deviceCgroupRule }: DeviceFlags) {
  return {
    ...(device && { devices: device.map(parseDevice) }),
    ...(deviceCgroupRule && { deviceRules: deviceCgroupRule.map(checkRule) }),
  };
}

/** `HOST[:CONTAINER][:rwm]` (docker/cli, validateLinuxPath() and parseLinuxDevice()). */
function parseDevice(value: string): DeviceConfig {
  const [host = '', second, third, ...more] = value.split(':');
  if (more.length > 0 || host === '') throw refuse(`bad format for path: ${value}`);
  const isAccess = second !== undefined && third === undefined && ACCESS.test(second);
  const access = (isAccess ? second : third) ?? 'rwm';
  if (!ACCESS.test(access)) throw refuse(`bad mode specified: ${access}`);
  const container = posix.normalize(isAccess || !second ? host : second);
  if (!container.startsWith('/')) throw refuse(`${container} is not an absolute path`);
  refuseKernelPlace(container, second ?? host);
  return { host, container, access };
}

/** Each letter at most once. */
const ACCESS = /^(?!.*(.).*\1)[rwm]+$/;

function refuse(message: string): UserError {
  return new UserError(message, 2, 'HOST[:CONTAINER][:rwm], such as /dev/fuse or /dev/sda:/dev/disk:r.');
}

/** `TYPE MAJOR:MINOR ACCESS`, as the kernel of cgroup v1 reads them. */
function checkRule(value: string): string {
  if (/^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(value)) return value;
  const remedy = 'TYPE MAJOR:MINOR ACCESS, such as "c 10:229 rwm", "b 8:* r" or "a *:* rwm".';
  throw new UserError(`invalid device cgroup format '${value}'`, 2, remedy);
}
