import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { FindTarget, Target } from './tcp-proxy.js';

/** Milliseconds without a datagram after which a client is forgotten: as Docker's proxy (moby, cmd/docker-proxy). */
const IDLE = 90_000;
/** Clients at once, each of which takes a descriptor. The one that was heard of longest ago goes first. */
const MOST_CLIENTS = 512;

type Family = 'udp4' | 'udp6';

/**
 * Passes on datagrams. Those of a client come from a socket of its own, so that the target can tell clients apart and what it answers to
 * that socket is for this client.
 */
export class UdpProxy implements Disposable {
  readonly #front: Socket;
  readonly #clients = new Map<string, Client>();

  constructor(fd: number, family: Family, findTarget: FindTarget) {
    this.#front = createSocket(family, (data, from) => this.#clientOf(from, findTarget)?.send(data));
    // ICMP says that a client is gone.
    this.#front.on('error', () => {});
    this.#front.bind({ fd });
  }

  /** A client keeps its target for as long as it is heard of: to look for each datagram would take longer than to pass it on. */
  #clientOf(from: RemoteInfo, findTarget: FindTarget): Client | undefined {
    const name = `${from.address} ${from.port}`;
    const client = this.#clients.get(name) ?? this.#newClient(name, from, findTarget());
    if (!client) return undefined;
    // A Map keeps the order in which keys were set.
    this.#clients.delete(name);
    this.#clients.set(name, client);
    return client;
  }

  #newClient(name: string, { address, port }: RemoteInfo, target: Target | undefined): Client | undefined {
    if (!target) return undefined;
    if (this.#clients.size >= MOST_CLIENTS) this.#clients.values().next().value?.[Symbol.dispose]();
    return new Client(target, {
      answer: (data) => this.#front.send(data, port, address),
      gone: () => this.#clients.delete(name),
    });
  }

  [Symbol.dispose](): void {
    this.#front.close();
    for (const client of this.#clients.values()) client[Symbol.dispose]();
  }
}

interface ForClient {
  answer(data: Buffer): void;
  gone(): void;
}

/** What comes from one client, until nothing has come or gone for a while. */
class Client implements Disposable {
  readonly #socket = createSocket('udp4');
  readonly #timer = setTimeout(() => this[Symbol.dispose](), IDLE).unref();
  readonly #gone: () => void;

  constructor(
    readonly target: Target,
    { answer, gone }: ForClient,
  ) {
    this.#socket.on('message', (data, from) => {
      if (from.address !== target.address || from.port !== target.port) return;
      this.#timer.refresh();
      answer(data);
    });
    // ICMP says that nobody listens: then nobody answers.
    this.#socket.on('error', () => {});
    this.#gone = gone;
  }

  send(data: Buffer): void {
    this.#timer.refresh();
    this.#socket.send(data, this.target.port, this.target.address);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#socket.close();
    this.#gone();
  }
}
