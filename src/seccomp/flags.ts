import { SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW } from '../kernel/calls/seccomp.js';
import type { Seccomp } from '../oci/seccomp.js';

/**
 * The flags of seccomp(2) that a profile or a spec names. TSYNC is for processes of several threads, and ours has one; WAIT_KILLABLE_RECV
 * is for a listener, and there is none.
 */
export function filterFlags(names: Seccomp['flags'] = []): number {
  return names.reduce((flags, name) => flags | (FLAGS[name] ?? 0), 0);
}

const FLAGS: Partial<Record<NonNullable<Seccomp['flags']>[number], number>> = {
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
};
