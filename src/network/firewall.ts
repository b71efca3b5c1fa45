import {
  keepOut,
  masqueradeFrom,
  type Published,
  publish,
  publishMore,
  unpublish,
} from '../../labs/08-network/calls/forward.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import type { Message } from '../netlink/message.js';
import * as nft from '../netlink/nftables/expressions.js';
import { type Chain, deleteTable, getChains, newRule, newTable, readChain } from '../netlink/nftables/table.js';
import { NETLINK_NETFILTER } from '../netlink/requests.js';
import { NetlinkSocket } from '../netlink/socket.js';
import type { Network } from './config.js';
import { foreignDrop, tellDrop } from './foreign-firewall.js';
import type { PublishedPort } from './ports/published.js';

/** A port, and the address of the container that it leads to. */
export interface LedPort extends PublishedPort {
  readonly address: string;
}

/** What a kernel can be asked for; one may lack the modules for a part of it. */
export interface Parts {
  readonly masquerade: boolean;
  readonly publish: boolean;
}

/**
 * A network's table, as one transaction: refused, it changes nothing. It has the name of the network's link. It depends on nothing but the
 * network and its ports, so it can be made anew at any time.
 */
export function tableOf(network: Network, ports: readonly LedPort[], parts: Parts): Message[] {
  const { bridge, internal } = network;
  const led = parts.publish ? ledOf(network, ports) : [];
  return [
    ...(internal || !parts.masquerade ? [] : masquerade(network)),
    ...keepOut(bridge, bridge),
    ...(internal ? keepIn(bridge) : []),
    // Last, as it is where a port comes later.
    ...(led.length > 0 ? publish(bridge, led, bridge) : []),
  ];
}

/** Addresses of IPv6 are nobody's but this host's either (RFC 4193): the same table and chain are for both. */
function masquerade({ subnet, subnet6, bridge }: Network): Message[] {
  const six = subnet6 === undefined ? [] : masqueradeFrom(subnet6, bridge, bridge).slice(-1);
  return [...masqueradeFrom(subnet, bridge, bridge), ...six];
}

function ledOf({ internal }: Network, ports: readonly LedPort[] = []): Published[] {
  return internal ? [] : ports.filter(isForAll).map(ledTo);
}

/** A port of one address alone is passed on by its socket: what is translated here goes past what the host says of that address. */
function isForAll({ hostIp }: PublishedPort): boolean {
  return ['', '0.0.0.0'].includes(hostIp);
}

function ledTo({ protocol, hostPort, containerPort, address }: LedPort): Published {
  return { protocol, port: hostPort, address, toPort: containerPort };
}

/** What would leave an internal network is dropped: the host may forward for others. */
function keepIn(bridge: string): Message[] {
  const leaves = [...nft.linkIs('iifname', 'eq', bridge), ...nft.linkIs('oifname', 'neq', bridge)];
  return [newRule(bridge, 'forward', [...leaves, nft.counter(), nft.verdict('drop')])];
}

/** What is tried, the best first. Docker Desktop's kernel and that of WSL2 lack what the rule of published ports needs. */
const LEVELS: readonly Parts[] = [
  { masquerade: true, publish: true },
  { masquerade: true, publish: false },
  { masquerade: false, publish: false },
];

/** What there is of a network's table. */
export interface Filtered {
  /** Packets that leave have this host's address: without that no answer comes back, and nobody is let out. */
  readonly hasWayOut: boolean;
  /** What a person should know. */
  readonly notices: readonly string[];
}

/** Ports that lead to a container from now on, and those that do no longer. */
export interface PortChange {
  readonly added?: readonly LedPort[];
  readonly removed?: readonly LedPort[];
}

/**
 * Makes a network's table where it is missing (`nft flush ruleset`, as a restart of nftables.service does, takes it away), and changes where
 * ports lead. All ports are asked for where the table has to be made anew.
 */
export function filter(network: Network, findPorts: () => readonly LedPort[], change: PortChange = {}): Filtered {
  try {
    using netfilter = new NetlinkSocket(NETLINK_NETFILTER);
    const chains = netfilter.dump(getChains()).flatMap(readChain);
    const ours = chains.filter(({ table, family }) => table === network.bridge && family === 'inet');
    const [drop, drop6] = dropsOf(netfilter, chains, network);
    const told = [drop, drop6].flatMap((one) => (one && tellDrop(one, network)) ?? []);
    const has = (hook: Chain['hook']) => ours.some((chain) => chain.hook === hook);
    // What drops may have come later: then nothing is to be led into it.
    const isRight = ours.length > 0 && !(drop && has('prerouting'));
    const changes = drop ? [] : changesOf(network, change, has('prerouting'));
    if (isRight && isDone(netfilter, changes)) return { hasWayOut: has('postrouting'), notices: told };
    const wanted = { network, ports: drop ? [] : findPorts(), replaces: ours.length > 0 };
    const { hasWayOut, notices } = makeTable(netfilter, wanted);
    return { hasWayOut, notices: [...told, ...notices] };
  } catch (error) {
    return withoutWayOut(network, error);
  }
}

/** Who drops packets of IPv4, and who those of IPv6 alone: ports lead to addresses of IPv4. */
function dropsOf(netfilter: NetlinkSocket, chains: readonly Chain[], { bridge, ipv6 }: Network) {
  const drop = foreignDrop(netfilter, chains, { bridge, version: 4 });
  const drop6 = ipv6 ? foreignDrop(netfilter, chains, { bridge, version: 6 }) : undefined;
  return [drop, drop6?.family === 'ip6' ? drop6 : undefined] as const;
}

/** In a table that is there. `hasMap`: other ports are published already. */
function changesOf(network: Network, { added, removed }: PortChange, hasMap: boolean): Message[] {
  const { bridge } = network;
  const [more, less] = [ledOf(network, added), hasMap ? ledOf(network, removed) : []];
  const publishing = () => (hasMap ? [publishMore(more, bridge)] : publish(bridge, more, bridge));
  return [...(less.length > 0 ? [unpublish(less, bridge)] : []), ...(more.length > 0 ? publishing() : [])];
}

/** False where the kernel refuses them: it lacks a part of what they need, or the map is not as it should be. */
function isDone(netfilter: NetlinkSocket, changes: readonly Message[]): boolean {
  try {
    if (changes.length > 0) netfilter.transaction(changes);
    return true;
  } catch (error) {
    throwUnlessRefused(error);
    return false;
  }
}

interface WantedTable {
  readonly network: Network;
  readonly ports: readonly LedPort[];
  /** There is one already. */
  readonly replaces: boolean;
}

/** With as much as this kernel can do. */
function makeTable(netfilter: NetlinkSocket, { network, ports, replaces }: WantedTable): Filtered {
  const old = replaces ? [newTable(network.bridge), deleteTable(network.bridge)] : [];
  let refused: unknown;
  for (const parts of LEVELS) {
    try {
      netfilter.transaction([...old, ...tableOf(network, ports, parts)]);
      return network.internal || parts.masquerade ? { hasWayOut: true, notices: [] } : withoutWayOut(network, refused);
    } catch (error) {
      withoutWayOut(network, error);
      refused ??= error;
    }
  }
  return withoutWayOut(network, refused);
}

function withoutWayOut({ name }: Network, error: unknown): Filtered {
  throwUnlessRefused(error);
  return {
    hasWayOut: false,
    notices: [`network ${name} has no way out: this kernel cannot masquerade: ${error.message}`],
  };
}

/** Removes it, if it is there. */
export function removeTable({ bridge }: Network): void {
  try {
    using netfilter = new NetlinkSocket(NETLINK_NETFILTER);
    netfilter.transaction([deleteTable(bridge)]);
  } catch (error) {
    // A kernel without nf_tables has none.
    throwUnlessRefused(error);
  }
}

/** Throws what is no refusal of a part: a lack of rights, a bug. */
function throwUnlessRefused(error: unknown): asserts error is SyscallError {
  if (!(error instanceof SyscallError) || error.errno === 'EPERM') throw error;
}
