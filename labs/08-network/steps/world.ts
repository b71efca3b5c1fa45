/** A host with a container on its bridge, and another host outside: what the steps from `route` on work with. */
import type { Lab } from '../../../src/lab/lab.js';
import type { Message } from '../../../src/netlink/message.js';
import { newVeth } from '../../../src/netlink/route/link.js';
import { forward } from '../calls/forward.js';
import { addressed, defaultRoute, type End, ETH0, loopbackUp, macOf } from '../calls/link.js';
import { settled } from './look.js';
import {
  BRIDGE,
  type Container,
  configure,
  GATEWAY,
  inside,
  type Node,
  newContainer,
  newHost,
  newNode,
  plugged,
} from './setup.js';

/** The network between the host and what is outside (RFC 5737: for documentation). */
export const HOST_ADDRESS = '203.0.113.1';
export const OUTSIDE_ADDRESS = '203.0.113.2';
export const UPLINK: End = { index: 101, name: 'uplink' };

export interface World {
  readonly host: Node;
  readonly container: Container;
  readonly outside: Node;
}

/** What a world has of what the steps teach, in their order. */
export type Reached = 'bridge' | 'route' | 'forward';
const ORDER: readonly Reached[] = ['bridge', 'route', 'forward'];

/** A host with a container on its bridge, and another host that it has a wire to; made by the calls of the steps up to this one. */
export async function newWorld(lab: Lab, upTo: Reached): Promise<World> {
  const has = (step: Reached) => ORDER.indexOf(step) <= ORDER.indexOf(upTo);
  return await lab.folded(async () => {
    const host = await newHost(lab);
    const outside = await newNode(lab, host, 'outside');
    await wire(lab, host, outside);
    const container = await newContainer(lab, host, 1);
    await plugged(lab, host, [container]);
    if (has('route')) await configure(lab, container, [defaultRoute(GATEWAY)]);
    if (has('forward')) await inside(lab, host, [...forward(BRIDGE.name), ...forward(UPLINK.name)]);
    for (const node of [host, outside, container]) await settled(lab, node);
    return { host, container, outside };
  });
}

/** A pair between two hosts: the uplink of one, and a link of the other. */
export function newCable(own: string, other: Node, end: End, address: string): Message {
  const namespace = { pid: other.process.pid };
  return newVeth({ ...end, address: macOf(address), namespace }, { ...UPLINK, address: macOf(own) });
}

/** A cable between the host and another machine. */
async function wire(lab: Lab, host: Node, outside: Node): Promise<void> {
  const cable = newCable(HOST_ADDRESS, outside, { index: ETH0, name: 'eth0' }, OUTSIDE_ADDRESS);
  await configure(lab, host, [cable, ...addressed(UPLINK.index, `${HOST_ADDRESS}/24`)]);
  await configure(lab, outside, [loopbackUp(), ...addressed(ETH0, `${OUTSIDE_ADDRESS}/24`)]);
}
