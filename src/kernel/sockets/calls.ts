/** Calls on sockets. */
import { buffer, bytes, describedBuffer, descriptor, flags, integer, named, oneOf, syscall } from '../arguments.js';
import { constantName, flagNames } from '../constants.js';
import type { Argument, Descriptor, Syscall } from '../syscall.js';
import { FAMILIES, type SocketAddress, socketAddressText } from './socket-address.js';

// socket(2): <bits/socket_type.h>, <linux/net.h>
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;
const TYPES = { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW };
const TYPE_FLAGS = { SOCK_NONBLOCK, SOCK_CLOEXEC };

// recv(2): <linux/socket.h>
export const MSG_PEEK = 0x2;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
const MESSAGE_FLAGS = { MSG_PEEK, MSG_TRUNC, MSG_DONTWAIT };

/** socket(2). Returns a descriptor. `type` may have SOCK_NONBLOCK and SOCK_CLOEXEC in it. */
export function socket(family: number, type: number, protocol: Argument = integer(0)): Syscall {
  const [kind, more] = [type & 0xf, type & ~0xf];
  const text = [constantName(TYPES, kind), ...(more ? [flagNames(TYPE_FLAGS, more)] : [])].join('|');
  return syscall('socket', oneOf(FAMILIES, family), named(text, type), protocol);
}

/** bind(2) */
export function bind(fd: Descriptor, address: SocketAddress): Syscall {
  return syscall('bind', descriptor(fd), bytes(address.bytes, address.text), integer(address.bytes.length));
}

/** listen(2): connections are accepted from now on. So many that nobody has taken yet wait, up to net.core.somaxconn. */
export function listen(fd: Descriptor, backlog: number): Syscall {
  return syscall('listen', descriptor(fd), integer(backlog));
}

/** getsockname(2) into a buffer: the address that a socket is bound to. */
export function getsockname(fd: Descriptor, into: Uint8Array): Syscall {
  const length = buffer(new Uint8Array(new Int32Array([into.length]).buffer), `[${into.length}]`);
  return syscall('getsockname', descriptor(fd), describedBuffer(into, socketAddressText), length);
}

/** connect(2). EINPROGRESS where SO_SNDTIMEO ran out: nobody answered. */
export function connect(fd: Descriptor, address: SocketAddress): Syscall {
  return syscall('connect', descriptor(fd), bytes(address.bytes, address.text), integer(address.bytes.length));
}

/** sendto(2), to `address` or to what the socket is connected to. Returns the number of bytes. */
export function sendto(fd: Descriptor, data: Uint8Array, text: string, address?: SocketAddress): Syscall {
  const to = address ? bytes(address.bytes, address.text) : named('NULL', 0);
  const rest = [integer(data.length), integer(0), to, integer(address?.bytes.length ?? 0)];
  return syscall('sendto', descriptor(fd), bytes(data, text), ...rest);
}

/** recvfrom(2) into a buffer, which `describe` puts into words. Returns the number of bytes; of a longer message the rest is lost. */
export function recvfrom(
  fd: Descriptor,
  into: Uint8Array,
  describe: (value: Uint8Array) => string,
  messageFlags = 0,
): Syscall {
  const rest = [integer(into.length), flags(MESSAGE_FLAGS, messageFlags), named('NULL', 0), named('NULL', 0)];
  return syscall('recvfrom', descriptor(fd), describedBuffer(into, describe), ...rest);
}

/** An option of a socket: its level and number, by name. */
export interface SocketOption {
  readonly level: Argument;
  readonly name: Argument;
}

/** setsockopt(2). The value is an int, or a struct that is given as {@link timeval}. */
export function setsockopt(fd: Descriptor, { level, name }: SocketOption, value: number | Argument): Syscall {
  const data = typeof value === 'number' ? int(value) : value;
  return syscall(
    'setsockopt',
    descriptor(fd),
    level,
    name,
    data,
    integer(data.kind === 'bytes' ? data.value.length : 0),
  );
}

/** getsockopt(2) into a buffer, in which some options find what is asked for. */
export function getsockopt(fd: Descriptor, { level, name }: SocketOption, into: Uint8Array): Syscall {
  const length = buffer(new Uint8Array(new Int32Array([into.length]).buffer), `[${into.length}]`);
  return syscall('getsockopt', descriptor(fd), level, name, buffer(into), length);
}

function int(value: number): Argument {
  return bytes(new Uint8Array(new Int32Array([value]).buffer), `[${value}]`);
}

/** struct timeval: for SO_SNDTIMEO and SO_RCVTIMEO, how long connect(2), send(2) and recv(2) wait. */
export function timeval(seconds: number): Argument {
  const parts = [Math.floor(seconds), Math.round((seconds % 1) * 1e6)] as const;
  return bytes(new Uint8Array(new BigInt64Array(parts.map(BigInt)).buffer), `{${parts.join(', ')}}`);
}

const SOL_SOCKET = named('SOL_SOCKET', 1);
/** An address may be bound again although connections of before are not forgotten yet (socket(7), TIME_WAIT). */
export const SO_REUSEADDR: SocketOption = { level: SOL_SOCKET, name: named('SO_REUSEADDR', 2) };
export const SO_RCVTIMEO: SocketOption = { level: SOL_SOCKET, name: named('SO_RCVTIMEO', 20) };
export const SO_SNDTIMEO: SocketOption = { level: SOL_SOCKET, name: named('SO_SNDTIMEO', 21) };

/** 0: a socket of IPv6 that is bound to [::] takes what comes by IPv4 as well, from ::ffff:10.0.0.1 (ipv6(7)). */
export const IPV6_V6ONLY: SocketOption = { level: named('IPPROTO_IPV6', 41), name: named('IPV6_V6ONLY', 26) };
