import { addressBytes } from '../../kernel/sockets/ip-address.js';
import { type Attribute, AttributeSet, attributesText, encodeAttributes, readString, readU32 } from '../attribute.js';
import { type Message, messageText, NLM_F_CREATE, NLM_F_EXCL, type Received } from '../message.js';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;

export const IFLA = new AttributeSet({
  IFLA_ADDRESS: 1,
  IFLA_IFNAME: 3,
  IFLA_MTU: 4,
  IFLA_LINK: 5,
  IFLA_MASTER: 10,
  IFLA_OPERSTATE: 16,
  IFLA_LINKINFO: 18,
  IFLA_NET_NS_PID: 19,
  IFLA_STATS64: 23,
  IFLA_CARRIER: 33,
});
export const IFLA_INFO = new AttributeSet({ IFLA_INFO_KIND: 1, IFLA_INFO_DATA: 2 });
export const VETH = new AttributeSet({ VETH_INFO_PEER: 1 });
export const VXLAN = new AttributeSet({
  IFLA_VXLAN_ID: 1,
  IFLA_VXLAN_LINK: 3,
  IFLA_VXLAN_LOCAL: 4,
  IFLA_VXLAN_LEARNING: 7,
  IFLA_VXLAN_PROXY: 11,
  IFLA_VXLAN_PORT: 15,
});

export const IFF_UP = 0x1;

/** What a link is to be; what is not named stays as it is, or is the kernel's choice. */
export interface LinkChange {
  /** A free one for a new link: so that later messages need not ask for it. */
  readonly index?: number;
  readonly name?: string;
  readonly up?: boolean;
  /** Six bytes: its MAC address. */
  readonly address?: Uint8Array;
  readonly mtu?: number;
  /** The index of the bridge that it is a port of; 0: of none. */
  readonly master?: number;
  /** The network namespace that it goes to: that of a process. */
  readonly namespace?: { readonly pid: number };
}

/** A link of a kind, such as `bridge` or `dummy`. */
export function newLink(kind: string, change: LinkChange, data: readonly Attribute[] = []): Message {
  const info = [
    IFLA_INFO.string('IFLA_INFO_KIND', kind),
    ...(data.length > 0 ? [IFLA_INFO.nested('IFLA_INFO_DATA', data)] : []),
  ];
  const attributes = [...attributesOf(change), IFLA.nested('IFLA_LINKINFO', info)];
  return linkMessage(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, change, attributes);
}

/**
 * A pair of links, each of which receives what the other sends (veth(4)). The peer cannot be made up here (ENOTCONN): that is a message of its
 * own, when both are there.
 */
export function newVeth(change: LinkChange, peer: LinkChange): Message {
  const attributes = attributesOf(peer);
  const value = Buffer.concat([ifinfomsg(peer), encodeAttributes(attributes)]);
  return newLink('veth', change, [VETH.bytes('VETH_INFO_PEER', value, attributesText(attributes))]);
}

/**
 * A tunnel of Ethernet frames in UDP (RFC 7348) from an address of this host, without learning: who is behind which host is told by
 * neighbours, for whom it answers ARP (proxy), and by entries of its forwarding database.
 */
export function newVxlan(change: LinkChange, { id, local }: { readonly id: number; readonly local: string }): Message {
  return newLink('vxlan', change, [
    VXLAN.u32('IFLA_VXLAN_ID', id),
    VXLAN.bytes('IFLA_VXLAN_LOCAL', addressBytes(local), local),
    VXLAN.be16('IFLA_VXLAN_PORT', 4789),
    VXLAN.u8('IFLA_VXLAN_LEARNING', 0),
    VXLAN.u8('IFLA_VXLAN_PROXY', 1),
  ]);
}

/** Changes a link, by its index or by its name. */
export function setLink(change: LinkChange): Message {
  return linkMessage(RTM_NEWLINK, 0, change, attributesOf(change));
}

/** Removes a link; of a pair both. */
export function deleteLink(index: number): Message {
  return linkMessage(RTM_DELLINK, 0, { index }, []);
}

/** Asks for a link, or in a dump for all. */
export function getLink(which: { readonly index?: number; readonly name?: string } = {}): Message {
  return linkMessage(RTM_GETLINK, 0, which, attributesOf(which));
}

const NAMES: Readonly<Record<number, string>> = {
  [RTM_NEWLINK]: 'RTM_NEWLINK',
  [RTM_DELLINK]: 'RTM_DELLINK',
  [RTM_GETLINK]: 'RTM_GETLINK',
};

function linkMessage(type: number, flags: number, change: LinkChange, attributes: readonly Attribute[]): Message {
  const { index, up } = change;
  const fields = [
    ...(index === undefined ? [] : [`ifi_index=${index}`]),
    ...(up === undefined ? [] : [`ifi_flags=${up ? 'IFF_UP' : '0'}`]),
  ];
  const text = messageText(NAMES[type] as string, flags, fields, attributes);
  return { type, flags, header: ifinfomsg(change), attributes, text };
}

/** struct ifinfomsg */
function ifinfomsg({ index = 0, up }: LinkChange): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt32LE(up ? IFF_UP : 0, 8);
  bytes.writeUInt32LE(up === undefined ? 0 : IFF_UP, 12);
  return bytes;
}

function attributesOf({ name, address, mtu, master, namespace }: LinkChange): Attribute[] {
  return [
    ...(name === undefined ? [] : [IFLA.string('IFLA_IFNAME', name)]),
    ...(address === undefined ? [] : [IFLA.bytes('IFLA_ADDRESS', address, macText(address))]),
    ...(mtu === undefined ? [] : [IFLA.u32('IFLA_MTU', mtu)]),
    ...(master === undefined ? [] : [IFLA.u32('IFLA_MASTER', master)]),
    ...(namespace === undefined ? [] : [IFLA.u32('IFLA_NET_NS_PID', namespace.pid)]),
  ];
}

/** `02:42:ac:1e:00:02` */
export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** if.h */
const IF_OPER_UNKNOWN = 0;
const IF_OPER_UP = 6;

/** A link as the kernel tells of it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: number;
  /** Of its MAC address; none of a tunnel. */
  readonly address: string;
  readonly mtu: number;
  /** The index of its bridge; 0 where it is a port of none. */
  readonly master: number;
  /** The index of what it lies on: of a veth that of its peer, in the namespace of that one. */
  readonly link: number;
  /** `veth`, `bridge`; empty for what no such kind made, as lo. */
  readonly kind: string;
  /** It could send: a cable is in, the peer is up. */
  readonly carrier: boolean;
  /** The kernel has not taken note of its carrier yet (RFC 2863: operational state DOWN, not UP or UNKNOWN). */
  readonly isWaiting: boolean;
  readonly received: Traffic;
  readonly sent: Traffic;
}

export interface Traffic {
  readonly packets: number;
  readonly bytes: number;
}

/** Reads a link of an answer to {@link getLink}. */
export function readLink({ payload }: Received): Link {
  const attributes = IFLA.read(payload.subarray(16));
  const { IFLA_LINKINFO, IFLA_ADDRESS, IFLA_CARRIER, IFLA_OPERSTATE } = attributes;
  return {
    index: payload.readInt32LE(4),
    flags: payload.readUInt32LE(8),
    name: readString(attributes.IFLA_IFNAME),
    address: IFLA_ADDRESS ? macText(IFLA_ADDRESS) : '',
    mtu: readU32(attributes.IFLA_MTU),
    master: readU32(attributes.IFLA_MASTER),
    link: readU32(attributes.IFLA_LINK),
    kind: IFLA_LINKINFO ? readString(IFLA_INFO.read(IFLA_LINKINFO).IFLA_INFO_KIND) : '',
    carrier: IFLA_CARRIER?.[0] === 1,
    isWaiting: ![IF_OPER_UNKNOWN, IF_OPER_UP].includes(IFLA_OPERSTATE?.[0] ?? IF_OPER_UNKNOWN),
    ...trafficOf(attributes.IFLA_STATS64),
  };
}

/** struct rtnl_link_stats64: packets received and sent, then bytes. */
function trafficOf(stats: Buffer | undefined): Pick<Link, 'received' | 'sent'> {
  const at = (n: number) => (stats && stats.length >= 8 * (n + 1) ? Number(stats.readBigUInt64LE(8 * n)) : 0);
  return { received: { packets: at(0), bytes: at(2) }, sent: { packets: at(1), bytes: at(3) } };
}
