import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type ConnectionOptions, connect as connectTls, createSecureContext } from 'node:tls';
import { proxyFor } from './proxies.js';
import { isBroken } from './retries.js';
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
    const all = { 'accept-encoding': 'identity', 'user-agent': 'tslab', ...headers, host: url.host };
    // A proxy is told the whole URL (RFC 9112, 3.2.2), where no tunnel leads through it.
    const through = url.protocol === 'http:' ? proxy : undefined;
    const direct = through
      ? { path: url.href, setHost: false, headers: { ...all, ...proxyHeaders(through) } }
      : { path: `${url.pathname}${url.search}`, headers: all };
    const agent = through ? this.#proxyAgent(through) : this.#agentFor(url, proxy);
    return new Promise((resolve, reject) => {
      const options = { method, agent, ...direct, ...hostAndPort(through ?? url), ...(signal && { signal }) };
      const request = clientFor(through ?? url).request(options);
      request.on('response', resolve).on('error', (error) => reject(through ? notReached(through, error) : error));
      limitTimes(request, url.host);
      if (typeof body === 'function')
        body()
          .on('error', (error) => request.destroy(error))
          .pipe(request);
      else request.end(body);
    });
  }

  #agentFor(url: URL, proxy: URL | undefined): http.Agent {
    return this.#agent(`${url.origin} ${proxy?.href}`, () => {
      if (url.protocol === 'http:') return new http.Agent({ keepAlive: true });
      const agent = new https.Agent({ keepAlive: true, ...secured(trustFor(url.host, this.#verify)) });
      return proxy ? tunnelled(agent, url, { proxy, agent: this.#proxyAgent(proxy) }) : agent;
    });
  }

  #proxyAgent(proxy: URL): http.Agent {
    return this.#agent(`proxy ${proxy.href}`, () =>
      proxy.protocol === 'http:' ? new http.Agent() : new https.Agent(secured(trustFor(proxy.host, true))),
    );
  }

  #agent(key: string, make: () => http.Agent): http.Agent {
    const agent = this.#agents.get(key) ?? make();
    this.#agents.set(key, agent);
    return agent;
  }

  [Symbol.dispose](): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}

/** Hundreds of certificates are parsed once, and not for each connection: 65 ms of a processor. */
function secured({ rejectUnauthorized, ...trusted }: Trust): https.AgentOptions {
  return { rejectUnauthorized, secureContext: createSecureContext(trusted) };
}

function clientFor({ protocol }: URL): typeof http | typeof https {
  return protocol === 'http:' ? http : https;
}

function hostAndPort({ hostname, port, protocol }: URL): { readonly host: string; readonly port: number } {
  const usual = protocol === 'http:' ? 80 : 443;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? usual : Number(port) };
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

/** A proxy, and the agent that connects to it. */
interface Way {
  readonly proxy: URL;
  readonly agent: http.Agent;
}

/** Node calls `createConnection` with a callback (lib/_http_agent.js), of which its types know nothing. */
function tunnelled(agent: https.Agent, url: URL, way: Way): https.Agent {
  const createConnection = (options: https.RequestOptions, done: Connected) => {
    openTunnel(url, way, (error, socket) => {
      if (!socket) return done(error);
      const servername = isIP(url.hostname) ? '' : url.hostname;
      done(null, connectTls({ ...(options as ConnectionOptions), socket, servername }));
    });
  };
  return Object.assign(agent, { createConnection });
}

/** Asks a proxy for a connection to somewhere else (RFC 9110, 9.3.6). */
function openTunnel(url: URL, { proxy, agent }: Way, done: Connected): void {
  const path = `${url.hostname}:${url.port || 443}`;
  const headers = { host: path, ...proxyHeaders(proxy) };
  const request = clientFor(proxy).request({ ...hostAndPort(proxy), method: 'CONNECT', path, agent, headers });
  limitTimes(request, proxy.host);
  request.on('error', (error) => done(notReached(proxy, error)));
  request.on('connect', ({ statusCode }, socket) => {
    if (statusCode === 200) return done(null, socket);
    socket.destroy();
    done(proxyError(`the proxy ${proxy.host} answers ${statusCode} to CONNECT ${path}`));
  });
  request.end();
}

/** A connection that broke may be tried again as it is; else it is told that it was not the registry. */
function notReached({ host }: URL, error: Error): Error {
  if (isBroken(error) || error.name === 'AbortError') return error;
  return proxyError(`the proxy ${host} is not reached: ${error.message}`);
}

function proxyError(message: string): Error {
  return Object.assign(new Error(message), { code: 'EPROXY' });
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
