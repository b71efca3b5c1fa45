import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../../../src/image/digest.js';

/** What a request wants: of which repository, blobs or manifests, and which one. */
interface Wanted {
  readonly method: string;
  readonly repository: string;
  readonly kind: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

interface Answer {
  readonly status: number;
  readonly body?: Buffer;
  readonly headers?: Record<string, string>;
}

// #region server
/**
 * A registry in memory, on loopback: as much of the OCI distribution-spec as a push and a pull need. What it is sent it names by its own hash.
 */
export class RegistryServer {
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));
  /** By repository and digest: who may read one repository may not read another. */
  readonly #content = new Map<string, Buffer>();
  /** Lines of what was asked for, and bytes of blobs that came. */
  readonly log: string[] = [];
  received = 0;

  /** Listens on a port that nobody has. Its address. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://registry');
    const [, repository = '', kind = '', name = ''] = /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(pathname) ?? [];
    const wanted = { method: request.method ?? '', repository, kind, name, query };
    const { status, body, headers } = this.#answer(wanted, await buffer(request));
    this.log.push(`${wanted.method} ${pathname}${mountOf(query)} → ${status}`);
    response.writeHead(status, headers).end(wanted.method === 'HEAD' ? undefined : body);
  }

  #answer(wanted: Wanted, sent: Buffer): Answer {
    const { method, repository, name } = wanted;
    if (method === 'POST') return this.#begin(wanted);
    if (method === 'PUT') return this.#keep(wanted, sent);
    const content = this.#content.get(`${repository} ${name}`);
    return content ? { status: 200, body: content } : { status: 404 };
  }

  /** A blob of another repository is there at once; else where it is to be sent. */
  #begin({ repository, query }: Wanted): Answer {
    const content = this.#content.get(`${query.get('from')} ${query.get('mount')}`);
    if (!content) return { status: 202, headers: { location: `/v2/${repository}/blobs/uploads/1` } };
    this.#content.set(`${repository} ${query.get('mount')}`, content);
    return { status: 201 };
  }

  #keep({ repository, kind, name, query }: Wanted, sent: Buffer): Answer {
    const digest = digestOf(sent);
    if (kind === 'blobs' && query.get('digest') !== digest) return { status: 400 };
    if (kind === 'blobs') this.received += sent.length;
    this.#content.set(`${repository} ${digest}`, sent);
    if (kind === 'manifests') this.#content.set(`${repository} ${name}`, sent);
    return { status: 201 };
  }
}
// #endregion

function mountOf(query: URLSearchParams): string {
  return query.has('from') ? `?mount=…&from=${query.get('from')}` : '';
}
