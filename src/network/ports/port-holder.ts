import { closeSync } from 'node:fs';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { AF_INET6 } from '../../kernel/sockets/socket-address.js';
import { type HostSocket, openHostSocket } from './host-socket.js';
import type { PortRequest, PublishedPort } from './published.js';
import { TcpProxy } from './tcp-proxy.js';
import { UdpProxy } from './udp-proxy.js';

/** A port, the socket that has it, and what passes on what comes to it. */
interface Held {
  readonly port: PublishedPort;
  readonly socket: HostSocket;
  proxy?: Disposable;
}

/** Ports of the host, by sockets of this process. What comes waits until it is known where it is to go. */
export class PortHolder implements Disposable {
  readonly #held: Held[] = [];

  /** Takes all ports that are asked for, or none: throws {@link PortRefused} then. */
  constructor(requests: readonly PortRequest[]) {
    try {
      for (const request of requests) this.#held.push(hold(request));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get ports(): readonly PublishedPort[] {
    return this.#held.map(({ port }) => port);
  }

  /** Passes on what comes to a container at the address that it has by then. */
  forwardTo(findAddress: () => string | undefined): void {
    for (const one of this.#held) one.proxy = proxyOf(one, findAddress);
  }

  [Symbol.dispose](): void {
    // A proxy closes its socket.
    for (const { proxy, socket } of this.#held.splice(0)) proxy ? proxy[Symbol.dispose]() : closeSync(socket.fd);
  }
}

/** The kernel did not give a port: why is in `errno`. Of a range it is the last one. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';

  constructor(
    readonly request: PortRequest,
    override readonly cause: SyscallError,
  ) {
    super(cause.message);
  }
}

/** The first of the range that nobody has. */
function hold(request: PortRequest): Held {
  const { firstHostPort, lastHostPort, ...port } = request;
  for (let hostPort = firstHostPort; ; hostPort++) {
    try {
      const socket = openHostSocket({ ...port, hostPort });
      return { port: { ...port, hostPort: socket.port }, socket };
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      if (hostPort === lastHostPort || error.errno !== 'EADDRINUSE') throw new PortRefused(request, error);
    }
  }
}

function proxyOf({ port, socket: { fd, family } }: Held, findAddress: () => string | undefined): Disposable {
  const findTarget = () => {
    const address = findAddress();
    return address === undefined ? undefined : { address, port: port.containerPort };
  };
  if (port.protocol === 'tcp') return new TcpProxy(fd, findTarget);
  return new UdpProxy(fd, family === AF_INET6 ? 'udp6' : 'udp4', findTarget);
}
