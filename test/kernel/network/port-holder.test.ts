import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onCall } from '../../../src/kernel/recorder.js';
import { PortHolder, PortRefused } from '../../../src/network/ports/port-holder.js';
import type { PortRequest } from '../../../src/network/ports/published.js';
import { whoHas } from '../../../src/procfs/sockets.js';
import { thrownBy } from '../../support/inside.js';
import { needs } from '../../support/needs.js';

beforeEach((test) => needs(test, 'root'));

/** Stands for a container: an address of lo that no test publishes at. */
const CONTAINER = '127.0.9.9';

const open: Disposable[] = [];
afterEach(() => {
  for (const one of open.splice(0).reverse()) one[Symbol.dispose]();
});

function keep<T>(one: T, close: () => void): T {
  open.push({ [Symbol.dispose]: close });
  return one;
}

function request(hostIp: string, hostPort: number | [number, number], protocol: 'tcp' | 'udp' = 'tcp'): PortRequest {
  const [firstHostPort, lastHostPort] = typeof hostPort === 'number' ? [hostPort, hostPort] : hostPort;
  return { protocol, hostIp, firstHostPort, lastHostPort, containerPort: 80 };
}

function hold(...requests: PortRequest[]): PortHolder {
  const holder = new PortHolder(requests);
  return keep(holder, () => holder[Symbol.dispose]());
}

/** The same, leading to the container. */
function publish(...requests: PortRequest[]): PortHolder {
  const holder = hold(...requests);
  holder.forwardTo(() => CONTAINER);
  return holder;
}

async function listening(answer: (client: Socket) => void, port = 80, address = CONTAINER): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => {});
    answer(client);
  });
  await once(server.listen(port, address), 'listening');
  return keep(server, () => server.close());
}

async function dial(address: string, port: number): Promise<Socket> {
  const socket = connect({ host: address, port, allowHalfOpen: true });
  await once(socket, 'connect');
  return keep(socket, () => socket.destroy());
}

/** All that somebody who says nothing is told. */
async function ask(address: string, port: number): Promise<string> {
  const socket = await dial(address, port);
  socket.end();
  return await text(socket);
}

const hello = (client: Socket) => client.end('hello');

describe('ports of the host', () => {
  it('are taken before anybody answers, and who comes early waits', async () => {
    const holder = hold(request('127.0.0.1', 8080));
    expect(holder.ports).toEqual([{ protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8080, containerPort: 80 }]);
    const early = ask('127.0.0.1', 8080);
    await listening(hello);
    holder.forwardTo(() => CONTAINER);
    expect(await early).toBe('hello');
  });

  it('are sockets that listen, as the trace shows', () => {
    const calls: string[] = [];
    const stop = onCall(({ text }) => calls.push(text.replace(/\(\d+/, '(fd')));
    hold(request('', 8080), request('127.0.0.1', 8081, 'udp'));
    stop();
    expect(calls).toEqual([
      'socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC, 0)',
      'setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, [0], 4)',
      'setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, [1], 4)',
      'bind(fd, {AF_INET6, [::]:8080}, 28)',
      'listen(fd, 4096)',
      'getsockname(fd, {AF_INET6, [::]:8080}, [28])',
      'socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, 0)',
      'bind(fd, {AF_INET, 127.0.0.1:8081}, 16)',
      'getsockname(fd, {AF_INET, 127.0.0.1:8081}, [28])',
    ]);
  });

  it('are taken all or none, and refused where somebody has one', () => {
    hold(request('127.0.0.1', 8080));
    const refused = thrownBy(() => hold(request('127.0.0.1', 8081), request('127.0.0.1', 8080))) as PortRefused;
    expect(refused).toBeInstanceOf(PortRefused);
    expect(refused.cause.errno).toBe('EADDRINUSE');
    expect(hold(request('127.0.0.1', 8081)).ports).toHaveLength(1);
  });

  it.each([
    ['127.0.0.2', '192.0.2.1', 'EADDRNOTAVAIL'],
    ['::1', 'fd00::1', 'EADDRNOTAVAIL'],
  ])('may be at %s, and not at %s: %s', (own, foreign, errno) => {
    expect(hold(request(own, 8080)).ports).toMatchObject([{ hostIp: own }]);
    expect((thrownBy(() => hold(request(foreign, 8080))) as PortRefused).cause.errno).toBe(errno);
  });

  it('are the first of a range that is free, or any that is', () => {
    hold(request('127.0.0.1', 8080), request('127.0.0.1', 8081));
    expect(hold(request('127.0.0.1', [8080, 8083])).ports).toMatchObject([{ hostPort: 8082 }]);
    expect(() => hold(request('127.0.0.1', [8080, 8082]))).toThrow(PortRefused);
    const [any] = hold(request('127.0.0.1', 0)).ports;
    expect(any?.hostPort).toBeGreaterThan(1023);
  });

  it('are at all addresses of IPv4 and IPv6, or at one of them alone', async () => {
    await listening(hello);
    publish(request('', 8080), request('127.0.0.1', 8081), request('::1', 8082), request('::', 8083));
    const reached = (address: string, port: number) => ask(address, port).catch(({ code }) => code);
    const answers = (port: number) =>
      Promise.all(['127.0.0.1', '127.0.0.2', '::1'].map((address) => reached(address, port)));
    expect(await answers(8080)).toEqual(['hello', 'hello', 'hello']);
    expect(await answers(8081)).toEqual(['hello', 'ECONNREFUSED', 'ECONNREFUSED']);
    expect(await answers(8082)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'hello']);
    expect(await answers(8083)).toEqual(['ECONNREFUSED', 'ECONNREFUSED', 'hello']);
  });

  it('are free again when they are given back, also where connections go through them', async () => {
    await listening((client) => client.write('hello'));
    const holder = publish(request('127.0.0.1', 8080), request('127.0.0.1', 8080, 'udp'));
    const client = await dial('127.0.0.1', 8080);
    await once(client, 'data');
    holder[Symbol.dispose]();
    await once(client, 'end');
    expect(hold(request('127.0.0.1', 8080), request('127.0.0.1', 8080, 'udp')).ports).toHaveLength(2);
  });

  it('have an owner, who can be told', () => {
    hold(request('', 8080), request('127.0.0.1', 8081, 'udp'));
    const owner = (protocol: 'tcp' | 'udp', address: string, port: number) => whoHas({ protocol, address, port })?.pid;
    expect(owner('tcp', '127.0.0.1', 8080)).toBe(process.pid);
    expect(owner('udp', '', 8081)).toBe(process.pid);
    expect(owner('udp', '', 8080)).toBeUndefined();
    expect(owner('tcp', '', 8082)).toBeUndefined();
  });
});

describe('a connection to a published port', () => {
  it('may be closed on one side: what is answered then arrives', async () => {
    await listening((client) => {
      let received = 0;
      client.on('data', ({ length }) => {
        received += length;
      });
      client.on('end', () => client.end(`${received} bytes`));
    });
    publish(request('127.0.0.1', 8080));
    const client = await dial('127.0.0.1', 8080);
    client.end(Buffer.alloc(1_000_000));
    expect(await text(client)).toBe('1000000 bytes');
  });

  it('carries no more than the other end takes', async () => {
    let sent = 0;
    await listening((client) => {
      const more = () => {
        while (client.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      client.on('drain', more);
      more();
    });
    publish(request('127.0.0.1', 8080));
    const client = await dial('127.0.0.1', 8080);
    client.pause();
    let before = -1;
    while (before !== sent) [before] = [sent, await delay(500)];
    // What fits into the kernel's buffers (tcp_wmem, tcp_rmem) of two connections, and a little of node's.
    expect(sent).toBeLessThan(64 * 2 ** 20);
    client.resume();
    await expect.poll(() => sent).toBeGreaterThan(before + 2 ** 20);
  });

  it('breaks alone, and so that the other end knows', async () => {
    const clients: Socket[] = [];
    await listening((client) => clients.push(client.on('data', (data) => client.write(data))));
    publish(request('127.0.0.1', 8080));
    const [one, other] = [await dial('127.0.0.1', 8080), await dial('127.0.0.1', 8080)];
    for (const [socket, name] of [
      [one, 'one'],
      [other, 'other'],
    ] as const) {
      socket.write(name);
      expect(`${(await once(socket, 'data'))[0]}`).toBe(name);
    }
    clients[0]?.resetAndDestroy();
    expect((await once(one, 'error'))[0].code).toBe('ECONNRESET');
    other.write('still here');
    expect(`${(await once(other, 'data'))[0]}`).toBe('still here');
  });

  it('is reset where nobody listens in the container, and later ones are not', async () => {
    publish(request('127.0.0.1', 8080));
    const early = await dial('127.0.0.1', 8080);
    expect((await once(early, 'error'))[0].code).toBe('ECONNRESET');
    await listening(hello);
    expect(await ask('127.0.0.1', 8080)).toBe('hello');
  });

  it('is one of hundreds', async () => {
    await listening((client) => client.pipe(client));
    publish(request('127.0.0.1', 8080));
    const echo = async (n: number) => {
      const client = await dial('127.0.0.1', 8080);
      client.end(`${n}`.repeat(1000));
      return await text(client);
    };
    const all = await Promise.all(Array.from({ length: 300 }, (_, n) => echo(n)));
    expect(all).toEqual(Array.from({ length: 300 }, (_, n) => `${n}`.repeat(1000)));
  });
});

describe('datagrams to a published port', () => {
  /** Answers each with who sent it, as the container sees it, and its length. */
  async function echo(): Promise<UdpSocket> {
    const socket = createSocket('udp4');
    socket.on('message', (data, { port }) => socket.send(`${data.length} from ${port}`, port, CONTAINER_CLIENT));
    await new Promise<void>((resolve) => socket.bind(80, CONTAINER, resolve));
    return keep(socket, () => socket.close());
  }
  /** What a datagram to an address of lo comes from. */
  const CONTAINER_CLIENT = '127.0.0.1';

  async function newClient(family: 'udp4' | 'udp6', address: string) {
    const socket = createSocket(family);
    await new Promise<void>((resolve) => socket.connect(8080, address, resolve));
    keep(socket, () => socket.close());
    return async (data: string | Buffer): Promise<string> => {
      socket.send(data);
      return `${(await once(socket, 'message'))[0]}`;
    };
  }

  it('are answered to each of its clients, which the container can tell apart', async () => {
    await echo();
    publish(request('', 8080, 'udp'));
    const clients = await Promise.all([
      newClient('udp4', '127.0.0.1'),
      newClient('udp4', '127.0.0.1'),
      newClient('udp6', '::1'),
    ]);
    const first = await Promise.all(clients.map((send, i) => send('x'.repeat(i))));
    const second = await Promise.all(clients.map((send) => send(Buffer.alloc(60_000))));
    expect(first.map((answer) => Number.parseInt(answer, 10))).toEqual([0, 1, 2]);
    const sources = (answers: readonly string[]) => answers.map((answer) => answer.split(' ').at(-1));
    expect(new Set(sources(first)).size).toBe(3);
    expect(sources(second)).toEqual(sources(first));
  });

  it('may come before anybody listens: later ones are answered', async () => {
    publish(request('127.0.0.1', 8080, 'udp'));
    const send = await newClient('udp4', '127.0.0.1');
    const answer = send('early');
    await delay(100);
    await echo();
    const later = await newClient('udp4', '127.0.0.1');
    expect(await later('late')).toMatch(/^4 from /);
    void send('again').catch(() => {});
    expect(await answer).toMatch(/^5 from /);
  });

  it('come from so many clients as there are', async () => {
    await echo();
    publish(request('127.0.0.1', 8080, 'udp'));
    for (let n = 0; n < 600; n++) {
      const send = await newClient('udp4', '127.0.0.1');
      expect(await send('hello')).toMatch(/^5 from /);
    }
  });
});
