import { connect, createServer, type Socket } from 'node:net';

/** Where a port leads, for whoever comes now. Undefined: nowhere. */
export type FindTarget = () => Target | undefined;

export interface Target {
  readonly address: string;
  readonly port: number;
}

/** As Go's sockets, and so Docker's proxy: no waiting for more to send (Nagle), and a peer that has vanished is noticed. */
const STREAM = { allowHalfOpen: true, noDelay: true, keepAlive: true } as const;

/** Connects everybody who comes to a socket that listens with the target, until it is disposed of. */
export class TcpProxy implements Disposable {
  readonly #open = new Set<Socket>();
  readonly #server;

  constructor(fd: number, findTarget: FindTarget) {
    this.#server = createServer(STREAM, (client) => {
      const target = findTarget();
      if (target) this.#join(client, connect({ ...STREAM, host: target.address, port: target.port }));
      else client.resetAndDestroy();
    });
    // A client may be gone before it is accepted (ECONNABORTED): that is no trouble of the others.
    this.#server.on('error', () => {});
    this.#server.listen({ fd });
  }

  /** pipe() reads no faster than the other end takes it. The end of one stream ends the other, and answers may still come. */
  #join(client: Socket, target: Socket): void {
    client.pipe(target).pipe(client);
    for (const [end, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#open.add(end);
      // A stream that broke must not look as if it were whole: a reset (RST), not an end (FIN).
      end.on('error', () => other.resetAndDestroy());
      end.on('close', () => this.#open.delete(end));
    }
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const end of this.#open) end.destroy();
  }
}
