import { parseCpuList } from '../cgroup/values.js';
import { CAPABILITIES } from '../kernel/credentials/capability-names.js';
import { readStatus } from '../procfs/status.js';
import { readApparmor } from './apparmor.js';
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

/** The capabilities that a set (a mask of bits) lacks, of those up to `last` (/proc/sys/kernel/cap_last_cap): `CAP_SYS_ADMIN`. */
export function missingCapabilities(set: bigint, last: number): string[] {
  const numbers = Array.from({ length: last + 1 }, (_, number) => number);
  const missing = numbers.filter((number) => !((set >> BigInt(number)) & 1n));
  return missing.map((number) => CAPABILITIES[number] ?? `capability ${number}`);
}
