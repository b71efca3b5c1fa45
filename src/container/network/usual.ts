import { ownCapabilities } from '../../kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../kernel/credentials/capability-names.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';

/** The network of a container that names none: a link to the default one where this process may make links on the host, else `none`. */
export function usualNetwork(): 'bridge' | 'none' {
  const netAdmin = BigInt(CAPABILITIES.indexOf('CAP_NET_ADMIN'));
  return isPrivileged() && (ownCapabilities().permitted >> netAdmin) & 1n ? 'bridge' : 'none';
}
