import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { proxyFor } from './proxies.js';
import { type Trust, trustFor } from './trust.js';

/** One request, as it is on the wire. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent; a function is called each time that it is sent. `content-length` is for the caller to say. */
  readonly body?: Buffer | (() => Readable);
  readonly signal?: AbortSignal | undefined;
}

/** How long in ms a host may take to accept a connection, and how long it may say nothing then. */
const CONNECT_TIMEOUT = 10_000;
const SILENCE_TIMEOUT = 60_000;

/** Connections to hosts, which are kept open. Nothing is followed, nothing retried, and nothing inflated: digests are of bytes as they come. */
export class Transport implements Disposable {
  readonly #agents = new Map<string, http.Agent>();
  readonly #verify: boolean;

  constructor(verify: boolean) {
    this.#verify = verify;
  }

  /** Rejects with node's error where there is no answer. */
  send({ method, url, headers, body, signal }: HttpRequest): Promise<http.IncomingMessage> {
    const proxy = proxyFor(url, process.env);
    const agent = this.#agentFor(url, proxy);
    const all = { 'accept-encoding': 'identity', 'user-agent': 'tslab', ...headers };
    const isPlain = url.protocol === 'http:';
    // A proxy is told the whole URL (RFC 9112, 3.2.2), where no tunnel leads through it.
    const direct =
      isPlain && proxy
        ? {
            host: proxy.hostname,
            port: proxy.port || 80,
            path: url.href,
            setHost: false,
            headers: { ...all, host: url.host, ...proxyHeaders(proxy) },
          }
        : {
            host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
            port: url.port || undefined,
            path: `${url.pathname}${url.search}`,
            headers: { ...all, host: url.host },
          };
    return new Promise((resolve, reject) => {
      const request = (isPlain ? http : https).request({ method, agent, ...direct, ...(signal && { signal }) });
      request.on('response', resolve).on('error', reject);
      limitTimes(request, url.host);
      if (typeof body === 'function')
        body()
          .on('error', (error) => request.destroy(error))
          .pipe(request);
      else request.end(body);
    });
  }

  #agentFor(url: URL, proxy: URL | undefined): http.Agent {
    const key = `${url.origin} ${proxy?.href}`;
    const known = this.#agents.get(key);
    if (known) return known;
    const agent =
      url.protocol === 'http:'
        ? new http.Agent({ keepAlive: true })
        : secureAgent(trustFor(url.host, this.#verify), url, proxy);
    this.#agents.set(key, agent);
    return agent;
  }

  [Symbol.dispose](): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}

function limitTimes(request: http.ClientRequest, host: string): void {
  const late = (ms: number, code: string) => () =>
    request.destroy(Object.assign(new Error(`${host} has not answered for ${ms / 1000} s`), { code }));
  request.setTimeout(SILENCE_TIMEOUT, late(SILENCE_TIMEOUT, 'ETIMEDOUT'));
  request.on('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(late(CONNECT_TIMEOUT, 'ENOANSWER'), CONNECT_TIMEOUT);
    socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  });
}

type Connected = (error: Error | null, socket?: Socket) => void;

function secureAgent(trust: Trust, url: URL, proxy: URL | undefined): https.Agent {
  const agent = new https.Agent({ keepAlive: true, ...trust });
  if (!proxy) return agent;
  // Node calls it with a callback (lib/_http_agent.js), of which its types know nothing.
  const tunnelled = (options: https.RequestOptions, done: Connected) => {
    openTunnel(url, proxy, (error, socket) => {
      if (!socket) return done(error);
      const servername = isIP(url.hostname) ? '' : url.hostname;
      const secure = connectTls({ ...(options as ConnectionOptions), socket, servername });
      done(null, secure);
    });
  };
  return Object.assign(agent, { createConnection: tunnelled });
}

/** Asks a proxy for a connection to somewhere else (RFC 9110, 9.3.6). */
function openTunnel(url: URL, proxy: URL, done: Connected): void {
  const to = `${url.hostname}:${url.port || 443}`;
  const request = (proxy.protocol === 'https:' ? https : http).request({
    host: proxy.hostname,
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: to,
    agent: false,
    headers: { host: to, ...proxyHeaders(proxy) },
  });
  limitTimes(request, proxy.host);
  request.on('error', done).on('connect', ({ statusCode }, socket) => {
    if (statusCode === 200) return done(null, socket);
    socket.destroy();
    done(
      Object.assign(new Error(`the proxy ${proxy.host} answers ${statusCode} to CONNECT ${to}`), { code: 'EPROXY' }),
    );
  });
  request.end();
}

function proxyHeaders({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  return {
    'proxy-authorization': basic({ username: decodeURIComponent(username), password: decodeURIComponent(password) }),
  };
}

/** The header Authorization of a name and a password (RFC 7617). */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
