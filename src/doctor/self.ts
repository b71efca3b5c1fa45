import { parseCpuList } from '../cgroup/text.js';
import { readStatus } from '../procfs/status.js';
import { readApparmor } from './apparmor.js';
import { missingCapabilities } from './capabilities.js';
import type { Facts } from './facts.js';
import { textOf } from './sysctls.js';

/** What this process may use, and what restricts it beyond its user id. */
export function readSelf(): Pick<Facts, 'cpus' | 'missingCapabilities' | 'seccomp' | 'apparmor'> {
  const status = readStatus('self');
  const last = Number(textOf('/proc/sys/kernel/cap_last_cap') ?? 40);
  return {
    cpus: parseCpuList(status?.fields.get('Cpus_allowed_list') ?? '')?.length ?? 1,
    missingCapabilities: missingCapabilities(status?.capEff ?? 0n, last),
    seccomp: status?.seccomp ?? null,
    apparmor: readApparmor(),
  };
}
