/** What a container does about its links: all that is left to do in its namespace when tslab has put the ends of pairs there. */
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Message } from '../../../src/netlink/message.js';
import { rtnetlink } from '../../../src/netlink/requests.js';
import { addressed, defaultRoute, loopbackUp } from './link.js';

/** The inner end of a pair. */
export interface InnerLink {
  readonly index: number;
  /** With the length of their network's prefix: `172.30.0.2/16`. */
  readonly addresses: readonly string[];
  /** Where all else is sent, one for each family of addresses. */
  readonly gateways: readonly string[];
}

// #region own-links
/** lo is switched on in each network namespace; then each link gets its addresses and is switched on; then there is a way out. */
export function ownLinks(links: readonly InnerLink[] = []): Syscall[] {
  return rtnetlink([loopbackUp(), ...links.flatMap(linkMessages), ...links.flatMap(routes)]);
}

function linkMessages({ index, addresses }: InnerLink): Message[] {
  return addresses.flatMap((address) => addressed(index, address));
}

function routes({ gateways }: InnerLink): Message[] {
  return gateways.map(defaultRoute);
}
// #endregion
