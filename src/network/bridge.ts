import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { newBridge } from '../../labs/08-network/calls/bridge.js';
import { UserError } from '../kernel/errors/user-error.js';
import { integer, record, text } from '../kernel/parser.js';
import { newAddress } from '../netlink/route/address.js';
import { deleteLink, type Link, setLink } from '../netlink/route/link.js';
import type { NetlinkSocket } from '../netlink/socket.js';
import { removeFile } from '../state/remove-file.js';
import { type Format, readNote, writeNote } from '../state/stored.js';
import { linkNameOf, type Network } from './config.js';
import { linkBy } from './host.js';
import { prefixOf } from './prefix.js';
import { changeNetwork, directoryOf } from './store.js';

/** What is noted of a link before it is made: another one of this name is not ours. */
export interface BridgeNote {
  /** Chosen, so that it is known before the link is there. */
  readonly index: number;
  /** The boot and the network namespace that it is in. */
  readonly where: string;
}

const NOTE: Format<BridgeNote> = {
  version: 1,
  limit: 4096,
  parse: record<BridgeNote>({ index: integer(1), where: text }),
};

/** Undefined where the network has none. */
export function bridgeNote(network: Network): BridgeNote | undefined {
  return readNote(noteOf(network), NOTE);
}

/** Whether there is a note: it has a link, or had one that somebody has removed. */
export function isNoted(network: Network): boolean {
  return existsSync(noteOf(network));
}

/** This boot of the machine, and the network namespace of this process. */
export function whereWeAre(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/net')}`;
}

/** A network's link that is there. */
export interface Bridge {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
}

/** What of the host decides on a new one. */
export interface BridgeHost {
  readonly links: readonly Link[];
  readonly mtu: number;
}

/** Makes the network's link, which is missing. Throws SyscallError where the kernel refuses one. */
export function makeBridge(route: NetlinkSocket, network: Network, { links, mtu }: BridgeHost): Bridge {
  const name = freeName(network, links);
  const bridge = { index: freeIndex(links), name, mtu };
  writeNote(noteOf(network), { index: bridge.index, where: whereWeAre() }, NOTE);
  if (name !== network.bridge) changeNetwork({ ...network, bridge: name });
  make(route, bridge, network);
  return bridge;
}

function make(route: NetlinkSocket, bridge: Bridge, network: Network): void {
  const { index, mtu } = bridge;
  const { gateway, subnet, gateway6, subnet6 } = network;
  const six = gateway6 && subnet6 ? [newAddress({ index, address: gateway6, prefix: prefixOf(subnet6).length })] : [];
  try {
    route.request(...newBridge(bridge, `${gateway}/${prefixOf(subnet).length}`), setLink({ index, mtu }), ...six);
  } catch (error) {
    bridgeDown(route, network);
    throw error;
  }
}

/** Removes the network's link, if it is there. */
export function bridgeDown(route: NetlinkSocket, network: Network): void {
  const present = bridgeBy(route, network);
  if (present) route.request(deleteLink(present.index));
  removeFile(noteOf(network));
}

/** The link that was noted: by its index and name, since each may belong to another one. */
export function bridgeBy(route: NetlinkSocket, network: Network): Link | undefined {
  const note = bridgeNote(network);
  const link = note && linkBy(route, note.index);
  return link?.name === network.bridge ? link : undefined;
}

/** Somebody else may have made a link of that name: another tslab on this host, with a state of its own. */
function freeName({ name, bridge, id }: Network, links: readonly Link[]): string {
  const free = [bridge, linkNameOf(id)].find((one) => !links.some((link) => link.name === one));
  if (free !== undefined) return free;
  const message = `network ${name}: there is a link ${bridge} on this host that tslab has not made`;
  throw new UserError(message, 3, `Rename it (ip link set dev ${bridge} name …), or make another network.`);
}

/** Far from those that the kernel chooses, which begin at 1. */
const FIRST_INDEX = 10_000;
const INDEXES = 1_000_000;

/** An index that no link has. */
function freeIndex(links: readonly Pick<Link, 'index'>[]): number {
  for (;;) {
    const index = FIRST_INDEX + Math.floor(Math.random() * INDEXES);
    if (!links.some((link) => link.index === index)) return index;
  }
}

function noteOf({ name }: Network): string {
  return join(directoryOf(name), 'bridge.json');
}
