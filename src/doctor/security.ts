import { readStatus } from '../probe/status.js';
import { readApparmor } from './apparmor.js';
import { missingCapabilities } from './capabilities.js';
import type { Facts } from './facts.js';
import { textOf } from './sysctls.js';

/** What restricts this process beyond its user id. */
export function readSecurity(): Pick<Facts, 'missingCapabilities' | 'seccomp' | 'apparmor'> {
  const status = readStatus('self');
  const last = Number(textOf('/proc/sys/kernel/cap_last_cap') ?? 40);
  return {
    missingCapabilities: missingCapabilities(status?.capEff ?? 0n, last),
    seccomp: status?.seccomp ?? null,
    apparmor: readApparmor(),
  };
}
