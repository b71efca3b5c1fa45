/** Addresses, routes and neighbours of rtnetlink(7): `ip address`, `ip route`, `ip neighbour`. Source: include/uapi/linux/{if_addr,rtnetlink,neighbour}.h. */

import { constantName, flagNames } from '../../kernel/constants.js';
import { addressBytes, addressText } from '../../kernel/sockets/ip-address.js';
import { AF_INET, AF_INET6, FAMILIES } from '../../kernel/sockets/socket-address.js';
import { type Attribute, AttributeSet, readU32 } from '../attribute.js';
import { type Message, messageText, NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, type Received } from '../message.js';
import { macText } from './link.js';

export const RTM_NEWADDR = 20;
export const RTM_NEWROUTE = 24;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;

export const IFA = new AttributeSet({ IFA_ADDRESS: 1, IFA_LOCAL: 2, IFA_BROADCAST: 4, IFA_FLAGS: 8 });
export const RTA = new AttributeSet({ RTA_DST: 1, RTA_OIF: 4, RTA_GATEWAY: 5, RTA_PRIORITY: 6, RTA_TABLE: 15 });
export const NDA = new AttributeSet({ NDA_DST: 1, NDA_LLADDR: 2 });

/** Of an address of IPv6: nobody else can have it, so that it can be used at once (RFC 4862, 5.4). */
export const IFA_F_NODAD = 0x2;
export const RT_TABLE_MAIN = 254;
export const RTPROT_BOOT = 3;
export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_LINK = 253;
export const RTN_UNICAST = 1;
export const NUD_PERMANENT = 0x80;
export const NUD_NOARP = 0x40;
/** The neighbour's entry is one of the link itself, where it forwards frames: bridge(8), fdb. */
export const NTF_SELF = 0x2;

function familyOf(address: Uint8Array): number {
  return address.length === 4 ? AF_INET : AF_INET6;
}

function familyText(family: number): string {
  return constantName(FAMILIES, family);
}

/** An address and the length of its network's prefix on a link, by index. */
export interface AddressOn {
  readonly index: number;
  readonly address: string;
  readonly prefix: number;
}

export function newAddress({ index, address, prefix }: AddressOn): Message {
  const bytes = addressBytes(address);
  const family = familyOf(bytes);
  // struct ifaddrmsg
  const header = Buffer.from([family, prefix, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(index, 4);
  const attributes = [
    IFA.bytes('IFA_LOCAL', bytes, address),
    ...(family === AF_INET6 ? [IFA.u32('IFA_FLAGS', IFA_F_NODAD, flagNames({ IFA_F_NODAD }, IFA_F_NODAD))] : []),
  ];
  const fields = [familyText(family), `ifa_prefixlen=${prefix}`, `ifa_index=${index}`];
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  return { type: RTM_NEWADDR, flags, header, attributes, text: messageText('RTM_NEWADDR', flags, fields, attributes) };
}

/** Where packets to a network go. */
export interface Route {
  /** `10.9.0.0/16`; undefined: whatever no other route is for. */
  readonly to?: string | undefined;
  /** The address of who forwards them; undefined: the network is on the link itself. */
  readonly gateway?: string | undefined;
  /** The link's index; undefined: the one that the gateway is on. */
  readonly index?: number | undefined;
}

export function newRoute({ to, gateway, index }: Route): Message {
  const [network = '', prefix = 0] = to?.split('/') ?? [];
  const family = familyOf(addressBytes(gateway ?? network));
  const scope = gateway === undefined ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  // struct rtmsg
  const fixed = [RT_TABLE_MAIN, RTPROT_BOOT, scope, RTN_UNICAST];
  const header = Buffer.from([family, Number(prefix), 0, 0, ...fixed, 0, 0, 0, 0]);
  const attributes = [
    ...(to === undefined ? [] : [addressAttribute(RTA, 'RTA_DST', network)]),
    ...(gateway === undefined ? [] : [addressAttribute(RTA, 'RTA_GATEWAY', gateway)]),
    ...(index === undefined ? [] : [RTA.u32('RTA_OIF', index)]),
  ];
  const fields = [familyText(family), `rtm_dst_len=${prefix}`];
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  return {
    type: RTM_NEWROUTE,
    flags,
    header,
    attributes,
    text: messageText('RTM_NEWROUTE', flags, fields, attributes),
  };
}

/** Asks, in a dump, for the routes of IPv4 or IPv6 in all tables. */
export function getRoutes(family = AF_INET): Message {
  // struct rtmsg
  const header = Buffer.alloc(12);
  header[0] = family;
  const text = messageText('RTM_GETROUTE', 0, [familyText(family)], []);
  return { type: RTM_GETROUTE, flags: 0, header, attributes: [], text };
}

/** A route as the kernel tells of it. */
export interface KnownRoute {
  /** `10.9.0.0/16`, `0.0.0.0/0` */
  readonly to: string;
  readonly table: number;
  /** The index of the link that it leads to; 0 where it leads nowhere. */
  readonly index: number;
  /** The lower the better. */
  readonly priority: number;
}

/** Reads a route of an answer to {@link getRoutes}. */
export function readRoute({ payload }: Received): KnownRoute {
  const { RTA_DST, RTA_TABLE, RTA_OIF, RTA_PRIORITY } = RTA.read(payload.subarray(12));
  return {
    to: `${addressText(RTA_DST ?? Buffer.alloc(payload[0] === AF_INET6 ? 16 : 4))}/${payload[1]}`,
    table: readU32(RTA_TABLE),
    index: readU32(RTA_OIF),
    priority: readU32(RTA_PRIORITY),
  };
}

function addressAttribute<Name extends string>(set: AttributeSet<Name>, name: Name, address: string): Attribute {
  return set.bytes(name, addressBytes(address), address);
}

/** Who is where: an address of a link's network by its MAC address, or frames to a MAC address by the host that has it (VXLAN). */
export interface Neighbour {
  readonly index: number;
  readonly address: string;
  readonly mac: Uint8Array;
  /** An entry of the link's forwarding database: frames for the MAC address go to the address. */
  readonly forwarding?: boolean;
}

const AF_BRIDGE = 7;

export function newNeighbour({ index, address, mac, forwarding = false }: Neighbour): Message {
  const bytes = addressBytes(address);
  const family = forwarding ? AF_BRIDGE : familyOf(bytes);
  // struct ndmsg
  const header = Buffer.alloc(12);
  header[0] = family;
  header.writeInt32LE(index, 4);
  header.writeUInt16LE(forwarding ? NUD_PERMANENT | NUD_NOARP : NUD_PERMANENT, 8);
  header[10] = forwarding ? NTF_SELF : 0;
  const attributes = [NDA.bytes('NDA_DST', bytes, address), NDA.bytes('NDA_LLADDR', mac, macText(mac))];
  const flags = NLM_F_CREATE | (forwarding ? NLM_F_APPEND : 0);
  const fields = [constantName({ AF_INET, AF_INET6, AF_BRIDGE }, family), `ndm_ifindex=${index}`];
  return {
    type: RTM_NEWNEIGH,
    flags,
    header,
    attributes,
    text: messageText('RTM_NEWNEIGH', flags, fields, attributes),
  };
}
