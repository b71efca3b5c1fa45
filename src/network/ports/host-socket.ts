/** Sockets that have a port of the host. They are made by calls, so that they have it, or are refused, before anything else happens. */
import { call } from '../../kernel/call.js';
import { close } from '../../kernel/calls/index.js';
import {
  bind,
  getsockname,
  IPV6_V6ONLY,
  listen,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_STREAM,
  setsockopt,
  socket,
} from '../../kernel/sockets/calls.js';
import { AF_INET, AF_INET6, internetAddress, portIn } from '../../kernel/sockets/socket-address.js';
import { hasIpv6 } from '../../procfs/net.js';
import { ANY_IPV4, ANY_IPV6, type Protocol } from './published.js';

/** Connections that wait to be accepted: what net.core.somaxconn allows since Linux 5.4. */
const BACKLOG = 4096;
/** Bytes of struct sockaddr_in6, the larger one. */
const ADDRESS = 28;

/** Where a port of the host is to be: an address, or all of them where it is empty; port 0 is any that is free. */
export interface HostAddress {
  readonly protocol: Protocol;
  readonly hostIp: string;
  readonly hostPort: number;
}

/** A socket that has a port. Whoever uses it closes it. */
export interface HostSocket {
  readonly fd: number;
  readonly family: typeof AF_INET | typeof AF_INET6;
  readonly port: number;
}

/** Throws SyscallError: EADDRINUSE where another one has it, EADDRNOTAVAIL where it is no address of this host, EACCES below 1024. */
export function openHostSocket({ protocol, hostIp, hostPort }: HostAddress): HostSocket {
  const address = hostIp || (hasIpv6() ? ANY_IPV6 : ANY_IPV4);
  const family = address.includes(':') ? AF_INET6 : AF_INET;
  const fd = call(socket(family, (protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC));
  try {
    // One socket for all addresses: what comes by IPv4 comes to it as well.
    if (family === AF_INET6) call(setsockopt(fd, IPV6_V6ONLY, hostIp === '' ? 0 : 1));
    // For UDP it would let another program share the port.
    if (protocol === 'tcp') call(setsockopt(fd, SO_REUSEADDR, 1));
    call(bind(fd, internetAddress(address, hostPort)));
    if (protocol === 'tcp') call(listen(fd, BACKLOG));
    return { fd, family, port: portOf(fd) };
  } catch (error) {
    call(close(fd));
    throw error;
  }
}

function portOf(fd: number): number {
  const into = Buffer.alloc(ADDRESS);
  call(getsockname(fd, into));
  return portIn(into);
}
