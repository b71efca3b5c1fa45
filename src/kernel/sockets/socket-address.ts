/** Addresses of sockets as the kernel takes them: struct sockaddr of each family, and the text that stands for it in the trace. */
import { addressBytes, addressText, isIPv6 } from './ip-address.js';

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const FAMILIES = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET };

export interface SocketAddress {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** struct sockaddr_in, or sockaddr_in6 where the address is one of IPv6 (ip(7), ipv6(7)). Throws RangeError for what is no address. */
export function internetAddress(address: string, port: number): SocketAddress {
  return isIPv6(address) ? ipv6(address, port) : ipv4(address, port);
}

function ipv4(address: string, port: number): SocketAddress {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(addressBytes(address), 4);
  return { bytes, text: `{AF_INET, ${address}:${port}}` };
}

function ipv6(address: string, port: number): SocketAddress {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(addressBytes(address), 8);
  return { bytes, text: `{AF_INET6, [${address}]:${port}}` };
}

/** The port in a struct sockaddr_in or sockaddr_in6: at the same place in both. */
export function portIn(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt16BE(2);
}

/** Such a struct in words. */
export function socketAddressText(bytes: Uint8Array): string {
  const isIpv6 = Buffer.from(bytes).readUInt16LE() === AF_INET6;
  const address = addressText(isIpv6 ? bytes.subarray(8, 24) : bytes.subarray(4, 8));
  return (isIpv6 ? ipv6 : ipv4)(address, portIn(bytes)).text;
}

/** struct sockaddr_nl (netlink(7)): groups of messages to hear, a bit each. */
export function netlinkAddress(groups: number): SocketAddress {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16LE(AF_NETLINK, 0);
  bytes.writeUInt32LE(groups, 8);
  return { bytes, text: `{AF_NETLINK, groups=${groups}}` };
}

/** The longest path of a socket: sun_path has 108 bytes, and a zero ends it. */
const LONGEST_PATH = 107;

/** struct sockaddr_un (unix(7)). Throws RangeError for a path that is too long. */
export function unixAddress(path: string): SocketAddress {
  const name = Buffer.from(`${path}\0`);
  if (name.length > LONGEST_PATH + 1)
    throw new RangeError(`${path}: a socket's path has at most ${LONGEST_PATH} bytes`);
  const bytes = Buffer.alloc(2 + name.length);
  bytes.writeUInt16LE(AF_UNIX, 0);
  bytes.set(name, 2);
  return { bytes, text: `{AF_UNIX, ${JSON.stringify(path)}}` };
}

/** struct sockaddr_ll (packet(7)): what passes one link, by its index. */
export function packetAddress(index: number, protocol: number): SocketAddress {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16LE(AF_PACKET, 0);
  bytes.writeUInt16BE(protocol, 2);
  bytes.writeInt32LE(index, 4);
  return { bytes, text: `{AF_PACKET, sll_ifindex=${index}}` };
}
