import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { UserError } from '../../kernel/errors/user-error.js';
import { Access } from './access.js';
import { createApp } from './app.js';
import { type Hosts, parseHosts, shownName } from './hosts.js';
import { Runs } from './runs.js';

/** Milliseconds for the last words to reach the pages. */
const GOODBYE = 500;

/** The lessons as pages, for browsers that can reach one of its addresses. */
export class LessonServer {
  readonly access: Access;
  readonly #hosts: Hosts;
  readonly #runs = new Runs();
  readonly #http: Server;

  constructor(language: string, hosts = parseHosts([])) {
    this.#hosts = hosts;
    this.access = new Access(hosts.names);
    this.#http = createAdaptorServer({ fetch: createApp(this.access, this.#runs, language).fetch }) as Server;
  }

  /** Begins to listen; 0 is any free port. Throws UserError where the port cannot be had. */
  async listen(port: number): Promise<void> {
    this.#http.listen(port, this.#hosts.address);
    try {
      await once(this.#http, 'listening');
    } catch (error) {
      throw explain(error as NodeJS.ErrnoException, port, this.#hosts.address);
    }
  }

  /** The address of the first page, with a secret that lets in. */
  address(secret: string): string {
    return `http://${shownName(this.#hosts)}:${(this.#http.address() as AddressInfo).port}/?token=${secret}`;
  }

  /** Ends all runs, tells their pages, and lets nobody in any more. Nothing is left then. */
  async close(): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    await this.#runs.endAll();
    setTimeout(() => this.#http.closeAllConnections(), GOODBYE).unref();
    await closed;
  }
}

function explain(error: NodeJS.ErrnoException, port: number, address: string): unknown {
  const anyPort = '`tslab serve --port 0` takes any that is free.';
  if (error.code === 'EADDRINUSE') {
    const message = `port ${port} is taken: another program, perhaps another \`tslab serve\`, listens on ${address}:${port}`;
    return new UserError(message, 2, `\`ss -ltnp sport = :${port}\` shows which. ${anyPort}`);
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    const remedy = '`tslab serve --host 0.0.0.0` listens on all that it has.';
    return new UserError(`--host ${address} is no address of this machine (${error.code})`, 2, remedy);
  }
  if (error.code !== 'EACCES') return error;
  return new UserError(`port ${port} is for root only (EACCES)`, 2, `Take one from 1024 up. ${anyPort}`);
}
