/** One network over several hosts. */
import type { Message } from '../../../src/netlink/message.js';
import { newNeighbour } from '../../../src/netlink/route/address.js';
import { newVxlan } from '../../../src/netlink/route/link.js';
import { plugInto } from './bridge.js';
import { type End, macOf } from './link.js';

/** A container on another host: its address, and that host's. */
export interface Elsewhere {
  readonly address: string;
  readonly host: string;
}

/** Of Ethernet, IPv4, UDP and VXLAN, which a frame gets in front of it (RFC 7348, 5): 14 + 20 + 8 + 8 bytes. */
export const VXLAN_OVERHEAD = 50;

// #region overlay
/**
 * A port of the bridge that is a tunnel: what is for a container elsewhere goes in UDP to its host. Nothing is learned from what passes, so the
 * kernel is told of each container: its MAC address, with which the tunnel answers who asks for it, and its host.
 */
export function stretch(bridge: number, end: End, local: string, others: readonly Elsewhere[]): Message[] {
  const tunnel = newVxlan({ ...end, mtu: 1500 - VXLAN_OVERHEAD }, { id: 42, local });
  const told = others.flatMap(({ address, host }) => [
    newNeighbour({ index: end.index, address, mac: macOf(address) }),
    newNeighbour({ index: end.index, address: host, mac: macOf(address), forwarding: true }),
  ]);
  return [tunnel, plugInto(bridge, end.index), ...told];
}
// #endregion
