import { prlimit64 } from '../../../src/kernel/calls/index.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Process } from '../../../src/oci/spec.js';

// #region rlimits
/**
 * Limits of one process, which its children inherit (getrlimit(2)): the kernel refuses, or signals, beyond the soft one; the process may raise
 * that up to the hard one. To raise a hard one takes CAP_SYS_RESOURCE in the first user namespace (EPERM). `docker run --ulimit`; OCI:
 * `process.rlimits`. Shortly before the program: with few descriptors or little memory no list could be made.
 */
export function limitResources(rlimits: Process['rlimits'] = []): Syscall[] {
  return rlimits.map(({ type, soft, hard }) => prlimit64(type, BigInt(soft), BigInt(hard)));
}
// #endregion
