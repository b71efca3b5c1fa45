/** What gives a container a link to others: a pair of which one end is inside, its address, its route. */

import { addressBytes } from '../../../src/kernel/sockets/ip-address.js';
import type { Message } from '../../../src/netlink/message.js';
import { newAddress, newRoute } from '../../../src/netlink/route/address.js';
import { newVeth, setLink } from '../../../src/netlink/route/link.js';

/** The index of lo, in every network namespace. */
const LOOPBACK = 1;
/**
 * The index of eth0 inside. It is chosen, so that later messages need not ask for it; far from 2, which tunl0 and sit0 have where the
 * kernel makes them in each namespace.
 */
export const ETH0 = 1000;

// #region loopback
/** lo is there in every network namespace from the start, and down. */
export function loopbackUp(): Message {
  return setLink({ index: LOOPBACK, up: true });
}
// #endregion

// #region pair
/** One end of a pair, as its namespace knows it. */
export interface End {
  readonly index: number;
  readonly name: string;
}

/**
 * A pair of links, made where the outer end is to be: the inner one is eth0 of the namespace that a process is in. Its MAC address follows
 * from its address, so that whoever gets that later is found where it was.
 */
export function newPair(pid: number, address: string, outer: End): Message {
  const inner = { index: ETH0, name: 'eth0', address: macOf(address), namespace: { pid } };
  return newVeth(inner, outer);
}

/** Docker's: 02 says that nobody's factory gave it (IEEE 802, locally administered), then 42, then the four bytes of the address. */
export function macOf(address: string): Uint8Array {
  return Uint8Array.of(0x02, 0x42, ...addressBytes(address));
}
// #endregion

// #region address
/** An address of its own, in a network that is on the link itself: `172.30.0.2/16`. A link that is up has one end that can send. */
export function addressed(index: number, network: string): Message[] {
  const [address = '', prefix] = network.split('/');
  return [newAddress({ index, address, prefix: Number(prefix) }), setLink({ index, up: true })];
}
// #endregion

// #region route
/** All other networks are behind this neighbour. */
export function defaultRoute(gateway: string): Message {
  return newRoute({ gateway });
}
// #endregion
