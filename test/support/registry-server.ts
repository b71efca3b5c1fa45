import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What goes wrong with a request. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer }
  /** The connection breaks after so many bytes of the answer. */
  | { readonly breakAfter: number }
  /** After so many bytes the next come when this has resolved. */
  | { readonly pauseAfter: number; readonly until: Promise<void> }
  /** A range is not known: all comes, with 200. */
  | 'no ranges'
  /** Other bytes of the same length. */
  | 'wrong content';

export interface RegistryOptions {
  /** `name:password` of the one who is let in. */
  readonly basic?: string;
  /** Tokens are wanted; the service of the registry gives one to whoever has this password, or, if it is '', to all. */
  readonly token?: string;
  /** Whoever has this password is given an identity token, too; each token that is had for it brings the next one, and only that is good then. */
  readonly identity?: true;
  /** On what is no HTTP, such as the beginning of TLS, where node's own server would answer 400. */
  readonly hangsUp?: true;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Asked for each request; undefined: nothing goes wrong. */
  readonly fault?: (request: IncomingMessage) => Fault | undefined;
}

interface Repository {
  readonly blobs: Set<string>;
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
}

/** A registry in this process (OCI distribution-spec), on a port of its own of 127.0.0.1. */
export class TestRegistry implements AsyncDisposable {
  readonly blobs = new Map<string, Buffer>();
  readonly repositories = new Map<string, Repository>();
  /** `GET /v2/`, … */
  readonly requests: string[] = [];
  /** Bytes of bodies that were received, and of blobs that were sent. */
  received = 0;
  sent = 0;
  /** How many tokens were given; 1 runs out when it is set to 0 again. */
  tokens = 0;
  /** The identity token that is good. */
  identity = '';
  readonly #uploads = new Map<string, Buffer>();
  readonly #server: Server;
  readonly #options: RegistryOptions;

  static async start(options: RegistryOptions = {}): Promise<TestRegistry> {
    const registry = new TestRegistry(options);
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  private constructor(options: RegistryOptions) {
    const listener: RequestListener = (request, response) => void this.#answer(request, response);
    this.#server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
    if (options.hangsUp) this.#server.on('clientError', (_, socket) => socket.destroy());
    this.#options = options;
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `http${this.#options.tls ? 's' : ''}://${this.host}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Puts content there, as if it had been pushed. Returns its digest. */
  add(repository: string, bytes: Buffer, manifest?: { readonly type: string; readonly tag: string }): string {
    const digest = digestOf(bytes);
    const { blobs, manifests } = this.repository(repository);
    if (!manifest) blobs.add(digest);
    else for (const name of [digest, manifest.tag]) manifests.set(name, { type: manifest.type, bytes });
    this.blobs.set(digest, bytes);
    return digest;
  }

  repository(name: string): Repository {
    const found = this.repositories.get(name) ?? { blobs: new Set(), manifests: new Map() };
    this.repositories.set(name, found);
    return found;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '/', this.origin);
    this.requests.push(`${request.method} ${request.url}`);
    const fault = this.#options.fault?.(request);
    if (typeof fault === 'object' && 'status' in fault) return end(response, fault.status, fault.headers, fault.body);
    if (url.pathname === '/token') return await this.#giveToken(request, response);
    if (!this.#isAllowed(request))
      return end(response, 401, { 'WWW-Authenticate': this.#challenge() }, errorBody('UNAUTHORIZED'));
    const [, repository, what, name] = /^\/v2\/(.+?)\/(manifests|blobs|tags)\/(.*)$/.exec(url.pathname) ?? [];
    if (!repository) return end(response, url.pathname === '/v2/' ? 200 : 404, {}, '{}');
    if (what === 'tags') return this.#tags(repository, response);
    if (what === 'manifests') return await this.#manifest(repository, name as string, [request, response]);
    if (!name?.startsWith('uploads/')) return this.#blob(repository, name as string, [request, response, fault]);
    return await this.#upload(repository, url, [request, response]);
  }

  #isAllowed({ headers: { authorization = '' } }: IncomingMessage): boolean {
    const { basic, token } = this.#options;
    if (basic !== undefined) return authorization === `Basic ${Buffer.from(basic).toString('base64')}`;
    return token === undefined || authorization === `Bearer token-${this.tokens}`;
  }

  #challenge(): string {
    if (this.#options.basic !== undefined) return 'Basic realm="test"';
    return `Bearer realm="${this.origin}/token",service="test, registry",scope="repository:x:pull", Basic realm="never"`;
  }

  async #giveToken(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (!(await this.#mayHaveToken(request))) return end(response, 401, {}, errorBody('UNAUTHORIZED'));
    this.tokens++;
    const key = this.tokens % 2 ? 'token' : 'access_token';
    const isOffline = request.method === 'POST' || request.url?.includes('offline_token=true');
    if (this.#options.identity && isOffline) this.identity = `identity-${this.tokens}`;
    const refresh = this.identity && isOffline ? { refresh_token: this.identity } : {};
    return end(response, 200, {}, JSON.stringify({ [key]: `token-${this.tokens}`, expires_in: 300, ...refresh }));
  }

  async #mayHaveToken(request: IncomingMessage): Promise<boolean> {
    const { authorization = '' } = request.headers;
    if (request.method !== 'POST') {
      const wanted = `Basic ${Buffer.from(this.#options.token ?? '').toString('base64')}`;
      return !this.#options.token || authorization === wanted;
    }
    const form = new URLSearchParams((await this.#bodyOf(request)).toString());
    const isRefresh = form.get('grant_type') === 'refresh_token' && form.get('client_id') !== null;
    return isRefresh && this.identity !== '' && form.get('refresh_token') === this.identity;
  }

  #tags(repository: string, response: ServerResponse): unknown {
    const { manifests } = this.repository(repository);
    const tags = [...manifests.keys()].filter((name) => !name.startsWith('sha256:'));
    if (tags.length === 0) return end(response, 404, {}, errorBody('NAME_UNKNOWN'));
    return end(response, 200, {}, JSON.stringify({ name: repository, tags }));
  }

  async #manifest(
    repository: string,
    name: string,
    [request, response]: [IncomingMessage, ServerResponse],
  ): Promise<unknown> {
    const { manifests, blobs } = this.repository(repository);
    if (request.method === 'PUT') {
      const bytes = await this.#bodyOf(request);
      const { config, layers = [] } = JSON.parse(bytes.toString());
      const missing = [config, ...layers].find((blob) => !blobs.has(blob?.digest));
      if (missing) return end(response, 400, {}, errorBody('MANIFEST_BLOB_UNKNOWN'));
      const digest = this.add(repository, bytes, { type: request.headers['content-type'] ?? '', tag: name });
      return end(response, 201, { 'Docker-Content-Digest': digest });
    }
    const found = manifests.get(name);
    if (!found) return end(response, 404, {}, errorBody('MANIFEST_UNKNOWN'));
    return end(
      response,
      200,
      { 'Content-Type': found.type, 'Docker-Content-Digest': digestOf(found.bytes) },
      found.bytes,
    );
  }

  #blob(
    repository: string,
    digest: string,
    [request, response, fault]: [IncomingMessage, ServerResponse, Fault | undefined],
  ): unknown {
    const bytes = this.repository(repository).blobs.has(digest) ? this.blobs.get(digest) : undefined;
    if (!bytes) return end(response, 404, {}, errorBody('BLOB_UNKNOWN'));
    if (request.method === 'HEAD') return end(response, 200, { 'Content-Length': `${bytes.length}` });
    const content = fault === 'wrong content' ? Buffer.alloc(bytes.length, 'x') : bytes;
    const range = fault === 'no ranges' ? undefined : /^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1];
    const from = Number(range ?? 0);
    if (from >= bytes.length) return end(response, 416);
    const headers = {
      'Content-Length': bytes.length - from,
      ...(range && { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    };
    response.writeHead(range ? 206 : 200, headers);
    if (typeof fault === 'object' && 'breakAfter' in fault) {
      const part = content.subarray(from, from + fault.breakAfter);
      this.sent += part.length;
      return response.write(part, () => setTimeout(() => response.destroy(), 5));
    }
    this.sent += bytes.length - from;
    if (typeof fault !== 'object' || !('pauseAfter' in fault)) return response.end(content.subarray(from));
    const next = from + fault.pauseAfter;
    response.write(content.subarray(from, next));
    return fault.until.then(() => response.end(content.subarray(next)));
  }

  async #upload(
    repository: string,
    url: URL,
    [request, response]: [IncomingMessage, ServerResponse],
  ): Promise<unknown> {
    const { blobs } = this.repository(repository);
    const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
    if (mount && from && this.repository(from).blobs.has(mount)) {
      blobs.add(mount);
      return end(response, 201, { 'Docker-Content-Digest': mount });
    }
    const id = url.searchParams.get('_state') ?? `${this.#uploads.size}`;
    const bytes = Buffer.concat([this.#uploads.get(id) ?? Buffer.alloc(0), await this.#bodyOf(request)]);
    this.#uploads.set(id, bytes);
    const location = { Location: `/v2/${repository}/blobs/uploads/${id}?_state=${id}`, Range: `0-${bytes.length - 1}` };
    if (request.method !== 'PUT') return end(response, 202, location);
    const wanted = url.searchParams.get('digest');
    if (wanted !== digestOf(bytes)) return end(response, 400, {}, errorBody('DIGEST_INVALID'));
    this.#uploads.delete(id);
    return end(response, 201, { 'Docker-Content-Digest': this.add(repository, bytes) });
  }

  async #bodyOf(request: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    this.received += bytes.length;
    return bytes;
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function errorBody(code: string): string {
  return JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' '), detail: null }] });
}

function end(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): ServerResponse {
  return response.writeHead(status, headers).end(body);
}
