import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy in this process that opens tunnels (CONNECT), all of them to 127.0.0.1, whatever host was named. */
export class ConnectProxy implements AsyncDisposable {
  /** `HOST:PORT` of each tunnel that was opened. */
  readonly tunnels: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** `user`: `NAME:PASSWORD` of the one who may use it. */
  static async start(user?: string): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(user);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor(user: string | undefined) {
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    this.#server = createServer((_, response) => response.writeHead(405).end());
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.on('connect', ({ url = '', headers }, client: Socket) => {
      if (wanted && headers['proxy-authorization'] !== wanted)
        return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      this.tunnels.push(url);
      const server = connect(Number(url.replace(/^.*:/, '')), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      this.#sockets.add(server);
      server.on('error', () => client.destroy());
      client.on('error', () => server.destroy());
    });
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
