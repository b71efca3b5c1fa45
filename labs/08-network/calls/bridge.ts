/** The switch that containers of a network are plugged into. */
import type { Message } from '../../../src/netlink/message.js';
import { newLink, setLink } from '../../../src/netlink/route/link.js';
import { addressed, type End, macOf } from './link.js';

// #region bridge
/**
 * A bridge with the network's first address: its containers' gateway. Without a MAC address of its own it would take the lowest of its ports',
 * and another when that port goes.
 */
export function newBridge({ index, name }: End, network: string): Message[] {
  const address = network.split('/')[0] as string;
  return [newLink('bridge', { index, name, address: macOf(address) }), ...addressed(index, network)];
}

/** Plugs a link into a bridge, and switches it on. */
export function plugInto(bridge: number, port: number): Message {
  return setLink({ index: port, master: bridge, up: true });
}
// #endregion
