import { open, read } from '../../../src/kernel/calls/index.js';
import { O_RDONLY } from '../../../src/kernel/constants.js';
import { MSG_DONTWAIT, recvfrom, sendto } from '../../../src/kernel/sockets/calls.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import {
  decodeMessages,
  encodeMessage,
  type Message,
  NLM_F_DUMP,
  type Received,
} from '../../../src/netlink/message.js';
import { getRules, getTables, readCounters, readTable } from '../../../src/netlink/nftables/table.js';
import { NETLINK_NETFILTER, NETLINK_ROUTE, netlinkSocket } from '../../../src/netlink/requests.js';
import { getLink, type Link, readLink } from '../../../src/netlink/route/link.js';
import { type LinkTraffic, readNeighbours, readRoutes, readTraffic } from '../../../src/procfs/net.js';
import { inside, type Node } from './setup.js';

/** The links of a node and the packets that they have received and sent. */
export function links({ process: { pid } }: Node): Observation {
  const lines = readTraffic(pid).map(({ name, received, sent }) => `${name}: ${received} in, ${sent} out`);
  return observed('host', `/proc/${pid}/net/dev`, lines.join('\n'));
}

export function trafficOf({ process: { pid } }: Node, link: string): LinkTraffic | undefined {
  return readTraffic(pid).find(({ name }) => name === link);
}

export function routes({ process: { pid } }: Node): Observation {
  return observed('host', `/proc/${pid}/net/route`, readRoutes(pid).join('\n') || 'none');
}

export function neighbours({ process: { pid } }: Node): Observation {
  return observed('host', `/proc/${pid}/net/arp`, readNeighbours(pid).join('\n') || 'none');
}

/** A file below /proc/sys/net, which is that of the namespace of whoever opens it. */
export async function sysctl(lab: Lab, node: Node, path: string): Promise<Observation> {
  const into = Buffer.alloc(16);
  const file = open(path, O_RDONLY);
  await lab.folded(() => inside(lab, node, [file, read(file, into)]));
  return observed(node.name === 'host' ? 'host' : 'container', path, into.toString().replace(/[\0\n]+$/, ''));
}

/** The most that a namespace of this lab has to tell, in bytes. */
const ANSWER = 32 * 1024;

/** All of a kind that a node's kernel tells by netlink. */
async function dump(lab: Lab, node: Node, family: typeof NETLINK_ROUTE, message: Message): Promise<Received[]> {
  const parts = [Buffer.alloc(ANSWER), Buffer.alloc(ANSWER)];
  const fd = netlinkSocket(family);
  const ask = sendto(fd, encodeMessage(message, 1, NLM_F_DUMP), message.text);
  const hear = parts.map((into): Syscall => mayFail(recvfrom(fd, into, () => '…', MSG_DONTWAIT)));
  await lab.folded(() => inside(lab, node, [fd, ask, ...hear]));
  return parts.flatMap(decodeMessages);
}

export async function linksOf(lab: Lab, node: Node): Promise<Link[]> {
  const found = await dump(lab, node, NETLINK_ROUTE, getLink());
  return found.filter(({ type }) => type === 16).map(readLink);
}

/**
 * Waits until the links of a node that have a carrier send: the kernel switches them on in work of its own (net/core/link_watch.c), and drops
 * what comes before.
 */
export async function settled(lab: Lab, node: Node): Promise<void> {
  const isSettled = async () => (await linksOf(lab, node)).every(({ carrier, isWaiting }) => !(carrier && isWaiting));
  await lab.through(untold, async () => {
    for (let attempt = 0; attempt < 100 && !(await isSettled()); attempt++) await lab.sleep(10);
  });
}

function untold(): undefined {}

/** How many packets the counting rule of a chain has seen. */
export async function countedBy(lab: Lab, node: Node, table: string, chain: string): Promise<number> {
  const found = await dump(lab, node, NETLINK_NETFILTER, getRules(table, chain));
  return found.flatMap(readCounters).reduce((sum, packets) => sum + packets, 0);
}

export async function tablesOf(lab: Lab, node: Node): Promise<string[]> {
  return (await dump(lab, node, NETLINK_NETFILTER, getTables())).flatMap(readTable);
}
