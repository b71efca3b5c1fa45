/** Routers between networks, and what they do to packets: forwarding, translation of addresses, published ports. */
import { close, open, write } from '../../../src/kernel/calls/index.js';
import { O_WRONLY } from '../../../src/kernel/constants.js';
import { addressBytes } from '../../../src/kernel/sockets/ip-address.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Message } from '../../../src/netlink/message.js';
import * as nft from '../../../src/netlink/nftables/expressions.js';
import { addPorts, newPortMap, type PortEntry, removePorts } from '../../../src/netlink/nftables/port-map.js';
import { newChain, newRule, newTable } from '../../../src/netlink/nftables/table.js';

// #region forward
/** What comes in by this link may go on by another that allows it too (ip-sysctl). A file of /proc/sys/net is that of the reader's namespace. */
export function forwardingOf(link: string): string {
  return `/proc/sys/net/ipv4/conf/${link}/forwarding`;
}

export function forward(link: string): Syscall[] {
  const file = open(forwardingOf(link), O_WRONLY);
  return [file, write(file, '1'), close(file)];
}
// #endregion

/** A table of ours alone: what is in it goes with it. */
export const TABLE = 'tslab';
const PORTS = 'ports';

// #region nat
/** What leaves the network by another link than its bridge comes from that link's address. Answers are changed back by the kernel. */
export function masqueradeFrom(network: string, bridge: string, table = TABLE): Message[] {
  const chain = { table, name: 'postrouting', type: 'nat', hook: 'postrouting', priority: 100 } as const;
  const leaves = [...nft.addressIn('source', network), ...nft.linkIs('oifname', 'neq', bridge)];
  return [newTable(table), newChain(chain), newRule(table, chain.name, [...leaves, nft.counter(), nft.masquerade()])];
}
// #endregion

/** A port of the host, and the container's that it leads to. */
export interface Published {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly address: string;
  readonly toPort: number;
}

// #region publish
/** What comes from elsewhere for one of this host's addresses goes on to where the map says, if it has the port. */
export function publish(bridge: string, ports: readonly Published[], table = TABLE): Message[] {
  const chain = { table, name: 'prerouting', type: 'nat', hook: 'prerouting', priority: -100 } as const;
  const comes = [...nft.linkIs('iifname', 'neq', bridge), ...nft.toThisHost()];
  const port = [nft.meta('l4proto', nft.NFT_REG32_00), nft.destinationPort(nft.NFT_REG32_01)];
  const leads = [nft.lookup(PORTS, nft.NFT_REG32_00, nft.NFT_REG32_02), nft.dnat(nft.NFT_REG32_02, nft.NFT_REG32_03)];
  return [
    newTable(table),
    newPortMap(table, PORTS),
    newChain(chain),
    newRule(table, chain.name, [...comes, ...port, ...leads]),
    addPorts(table, PORTS, ports.map(entryOf)),
  ];
}

function entryOf(port: Published): PortEntry {
  return { ...port, address: addressBytes(port.address) };
}
// #endregion

/** More ports, where {@link publish} has made the map. */
export function publishMore(ports: readonly Published[], table = TABLE): Message {
  return addPorts(table, PORTS, ports.map(entryOf));
}

export function unpublish(ports: readonly Published[], table = TABLE): Message {
  return removePorts(table, PORTS, ports.map(entryOf));
}

// #region keep-out
/** What comes for a container from elsewhere is dropped, unless it answers what a container sent, or was published. */
export function keepOut(bridge: string, table = TABLE): Message[] {
  const chain = { table, name: 'forward', type: 'filter', hook: 'forward', priority: 0 } as const;
  const rule = (expressions: readonly nft.Expression[]) => newRule(table, chain.name, [...comes, ...expressions]);
  const comes = [...nft.linkIs('oifname', 'eq', bridge), ...nft.linkIs('iifname', 'neq', bridge)];
  return [
    newTable(table),
    newChain(chain),
    rule([...nft.isAnswer(), nft.verdict('accept')]),
    rule([...nft.isPublished(), nft.verdict('accept')]),
    rule([nft.counter(), nft.verdict('drop')]),
  ];
}
// #endregion
