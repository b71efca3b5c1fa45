import { setdomainname, sethostname } from '../../../src/kernel/calls/index.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region name
/** Both names of a UTS namespace: uname(2) returns them as `nodename` and `domainname`. */
export function takeName(name: string, domain: string): Syscall[] {
  return [sethostname(name), setdomainname(domain)];
}
// #endregion
