import type { IncomingMessage } from 'node:http';
import { Refusal, readBody, readFault } from './answers.js';
import { Authorization } from './authorization.js';
import type { Credentials } from './credential-helper.js';
import { findCredentials } from './credentials.js';
import { explained } from './errors.js';
import { addressOf } from './hosts.js';
import { type Answer, followed } from './redirects.js';
import { type Patience, retrying } from './retries.js';
import { type HttpRequest, Transport } from './transport.js';
import { schemesOf } from './trust.js';

/** How a registry is to be asked. */
export interface Access extends Patience {
  /** False: whoever answers is believed, without TLS too. Undefined: only on this machine. */
  readonly tlsVerify?: boolean | undefined;
  /** In the place of those that are kept. */
  readonly credentials?: Credentials | undefined;
}

/** A repository by the names of its host (`docker.io`, `localhost:5000`) and its own; that is '' for the registry itself. */
export interface Place {
  readonly host: string;
  readonly repository: string;
}

/** A request of the API. */
export interface ApiRequest extends Pick<HttpRequest, 'method' | 'headers' | 'body'> {
  /** Below the repository: `manifests/latest`; or what a registry has named. */
  readonly path: string | URL;
  /** Statuses that are no trouble. */
  readonly expected: readonly number[];
  /** What it is about, for errors: `manifest latest`. */
  readonly what: string;
  /** Another repository that is read too. */
  readonly from?: string | undefined;
}

/** A repository as it is reached: by which scheme, with whose authorization. */
export class Connection implements Disposable {
  readonly place: Place;
  /** `https://HOST/v2/` */
  readonly base: URL;
  readonly #transport: Transport;
  readonly #authorization: Authorization;
  readonly #access: Access;
  #actions = 'pull';

  /** Finds out how the host is spoken to. Throws UserError (3) where it does not answer. */
  static async open(place: Place, access: Access): Promise<Connection> {
    const { base, transport, answer } = await firstAnswer(place.host, access);
    const connection = new Connection(place, base, { transport, access });
    if (answer.statusCode === 401) await connection.#authorization.learn(answer.headers['www-authenticate'], []);
    return connection;
  }

  private constructor(place: Place, base: URL, { transport, access }: { transport: Transport; access: Access }) {
    this.place = place;
    this.base = base;
    this.#transport = transport;
    this.#access = access;
    const credentials = access.credentials ?? findCredentials(place.host);
    this.#authorization = new Authorization(base, transport, { ...access, credentials });
  }

  [Symbol.dispose](): void {
    this.#transport[Symbol.dispose]();
  }

  /** From now on tokens allow to write, too. */
  wantPush(): void {
    this.#actions = 'pull,push';
  }

  /** The token that a password may be kept as, where its token service gives such. */
  get identityToken(): string | undefined {
    return this.#authorization.identityToken;
  }

  /** From now on a token service is asked for an identity token, too. */
  wantIdentity(): void {
    this.#authorization.wantIdentity();
  }

  /** Sends a request, again where that may help. Throws UserError (3). */
  ask(request: ApiRequest): Promise<IncomingMessage> {
    return this.insist(() => this.once(request), request.what);
  }

  /** The same with the body of the answer, which must not be long. */
  askAll(request: ApiRequest): Promise<{ readonly answer: IncomingMessage; readonly bytes: Buffer }> {
    return this.insist(async () => {
      const answer = await this.once(request);
      return { answer, bytes: await readBody(answer) };
    }, request.what);
  }

  /** Does some work, again where that may help; `progress` as of {@link retrying}. Throws UserError (3). */
  async insist<T>(work: () => Promise<T>, what: string, progress?: () => number): Promise<T> {
    return await retrying(work, this.#access, progress).catch((error) => {
      throw explained(error, { ...this.place, what });
    });
  }

  /** Sends a request. Rejects with node's error, or a Refusal. */
  async once({ path, expected, from, what, ...rest }: ApiRequest): Promise<IncomingMessage> {
    const url = path instanceof URL ? path : new URL(`${this.place.repository}/${path}`, this.base);
    const scopes = this.#scopes(from);
    const { answer, from: last } = await this.#authorized({ ...rest, url, signal: this.#access.signal }, scopes);
    if (expected.includes(answer.statusCode ?? 0)) return answer;
    const refusal = new Refusal(answer, await readFault(answer));
    throw last.host === url.host ? refusal : Object.assign(refusal, { sentOnTo: last.host });
  }

  #scopes(from: string | undefined): string[] {
    const { repository } = this.place;
    if (repository === '') return [];
    return [`repository:${repository}:${this.#actions}`, ...(from === undefined ? [] : [`repository:${from}:pull`])];
  }

  /** A token may run out at any time; the second 401 is meant. */
  async #authorized(request: HttpRequest, scopes: readonly string[]): Promise<Answer> {
    const authorization = await this.#header(request.url, scopes);
    const first = await this.#send(request, authorization);
    const { answer, from } = first;
    // Whoever keeps the blobs of a registry has no say in what it is told.
    if (answer.statusCode !== 401 || from.origin !== this.base.origin) return first;
    if (!(await this.#authorization.learn(answer.headers['www-authenticate'], scopes, authorization))) return first;
    answer.resume();
    return await this.#send(request, await this.#header(request.url, scopes));
  }

  async #header(url: URL, scopes: readonly string[]): Promise<string | undefined> {
    return url.origin === this.base.origin ? await this.#authorization.header(scopes) : undefined;
  }

  async #send(request: HttpRequest, authorization: string | undefined): Promise<Answer> {
    const headers = { ...request.headers, ...(authorization && { authorization }) };
    return await followed(this.#transport, { ...request, headers });
  }
}

/** The answer of the API itself, spoken to in the first way that works. */
async function firstAnswer(host: string, access: Access) {
  const schemes = schemesOf(host, access.tlsVerify);
  for (const [i, scheme] of schemes.entries()) {
    const transport = new Transport(scheme === 'https');
    const base = new URL(`${scheme === 'http' ? 'http' : 'https'}://${addressOf(host)}/v2/`);
    const ask = () => transport.send({ method: 'GET', url: base, signal: access.signal });
    const isLast = i === schemes.length - 1;
    try {
      // A server without TLS may hang up: that is its answer, and no trouble of the network.
      const answer = await (isLast ? retrying(ask, access) : ask());
      answer.resume();
      return { base, transport, answer };
    } catch (error) {
      transport[Symbol.dispose]();
      if (isLast) throw explained(error, { host, repository: host, what: 'its API' });
    }
  }
  throw new Error('unreachable');
}
