import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { UserError } from '../../kernel/errors/user-error.js';
import { list, record, text } from '../../kernel/parser.js';
import { type Digest, digestOf, isDigest } from '../digest.js';
import { type Descriptor, MANIFEST_TYPES } from '../manifest.js';
import { Refusal } from './answers.js';
import { type Access, Connection, type Place } from './connection.js';
import { explained } from './errors.js';

/** A manifest as it came: its bytes are what its digest is of, whatever they mean. */
export interface Received {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** A repository of a registry, by the requests of OCI's distribution-spec. Its methods throw UserError (3). */
export class Registry implements Disposable {
  readonly #connection: Connection;

  /** Throws UserError (3) where the host does not answer. */
  static async open(place: Place, access: Access = {}): Promise<Registry> {
    return new Registry(await Connection.open(place, access));
  }

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  /** From now on tokens allow to write, too. */
  wantPush(): void {
    this.#connection.wantPush();
  }

  /** Asks for nothing but to be let in. Resolves with the identity token of its token service, if that gives one: it stands for the password from then on. */
  async checkIn(): Promise<string | undefined> {
    this.#connection.wantIdentity();
    const answer = await this.#connection.ask({
      method: 'GET',
      path: this.#connection.base,
      expected: [200],
      what: 'its API',
    });
    answer.resume();
    return this.#connection.identityToken;
  }

  /** The manifest of a tag or digest. The error names the tags that there are, where it is not one of them. */
  async manifest(reference: string): Promise<Received> {
    const what = `manifest ${reference}`;
    const headers = { accept: MANIFEST_TYPES.join(', ') };
    const { answer, bytes } = await this.#connection.askAll({
      method: 'GET',
      path: `manifests/${reference}`,
      headers,
      expected: [200, 404],
      what,
    });
    if (answer.statusCode === 404) throw await this.#noManifest(new Refusal(answer, bytes), what);
    const digest = digestOf(bytes);
    if (isDigest(reference) && reference !== digest)
      throw new UserError(`${this.#host} answers with the content of ${digest} to a request for ${reference}`, 3);
    const mediaType = (answer.headers['content-type'] ?? '').replace(/;.*$/, '').trim();
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
  }

  async #noManifest(refusal: Refusal, what: string): Promise<unknown> {
    const error = explained(refusal, { ...this.#connection.place, what }) as UserError;
    const tags = await this.tags().catch(() => []);
    return tags.length === 0 ? error : new UserError(error.message, 3, `Its tags are ${someOf(tags)}.`);
  }

  /** The tags that there are, as far as they are told at once. */
  async tags(): Promise<readonly string[]> {
    const { bytes } = await this.#connection.askAll({
      method: 'GET',
      path: 'tags/list',
      expected: [200],
      what: 'list of tags',
    });
    return tagList(JSON.parse(bytes.toString('utf8')), '').tags;
  }

  async hasBlob(digest: Digest): Promise<boolean> {
    const answer = await this.#connection.ask({
      method: 'HEAD',
      path: `blobs/${digest}`,
      // Some know no HEAD: such a blob is sent again.
      expected: [200, 404, 405],
      what: `blob ${digest}`,
    });
    answer.resume();
    return answer.statusCode === 200;
  }

  /** The bytes of a blob, from an offset on. A server that cannot do that answers 200, with all of them, or 416. */
  blob(digest: Digest, offset = 0): Promise<IncomingMessage> {
    const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
    return this.#connection.ask({
      method: 'GET',
      path: `blobs/${digest}`,
      headers,
      expected: [200, 206, 416],
      what: `blob ${digest}`,
    });
  }

  /** Does some work with the bytes of a blob, again where a connection broke; the tries begin anew where `progress` grows. */
  insist(work: () => Promise<void>, digest: Digest, progress: () => number): Promise<void> {
    return this.#connection.insist(work, `blob ${digest}`, progress);
  }

  /** Has the registry take a blob from another repository of it. False: it has to be sent, also where the registry refuses that, or a token for it. */
  async mount(digest: Digest, from: string): Promise<boolean> {
    const path = `blobs/uploads/?${new URLSearchParams({ mount: digest, from })}`;
    const request = {
      method: 'POST',
      path,
      headers: NO_CONTENT,
      expected: [201, 202],
      what: `blob ${digest}`,
      from,
    } as const;
    const answer = await this.#connection.ask(request).catch(unlessAborted);
    answer?.resume();
    return answer?.statusCode === 201;
  }

  /** Sends a blob; `open` is called again where a connection breaks. */
  async putBlob({ digest, size }: Descriptor, open: () => Readable): Promise<void> {
    const what = `blob ${digest}`;
    await this.#connection.insist(async () => {
      const begin = { method: 'POST', path: 'blobs/uploads/', headers: NO_CONTENT, expected: [202], what } as const;
      const path = this.#uploadUrl(await this.#connection.once(begin));
      path.searchParams.append('digest', digest);
      const headers = { 'content-type': 'application/octet-stream', 'content-length': `${size}` };
      const sent = await this.#connection.once({
        method: 'PUT',
        path,
        headers,
        body: open,
        expected: [201, 204],
        what,
      });
      sent.resume();
    }, what);
  }

  /** Gives a manifest its name, a tag or its digest: the last thing that is pushed. */
  async putManifest(reference: string, { descriptor, bytes }: Received): Promise<void> {
    const headers = { 'content-type': descriptor.mediaType, 'content-length': `${bytes.length}` };
    const what = `manifest ${reference}`;
    const request = {
      method: 'PUT',
      path: `manifests/${reference}`,
      headers,
      body: bytes,
      expected: [200, 201, 204],
      what,
    } as const;
    const answer = await this.#connection.ask(request);
    answer.resume();
    const found = answer.headers['docker-content-digest'];
    if (found !== undefined && found !== descriptor.digest)
      throw new UserError(`${this.#host} has kept another manifest: ${found} in the place of ${descriptor.digest}`, 3);
  }

  /** A Location may be relative, and has parameters of its own. It may be elsewhere, but not without TLS where the registry has that. */
  #uploadUrl(started: IncomingMessage): URL {
    started.resume();
    const { base } = this.#connection;
    const { location = '' } = started.headers;
    const url = location !== '' && URL.canParse(location, base.href) ? new URL(location, base) : undefined;
    if (!url) throw new UserError(`${this.#host} does not say where a blob is to be sent: Location: ${location}`, 3);
    if (url.protocol === 'https:' || url.protocol === base.protocol) return url;
    const remedy =
      'The registry does not know its own address: it is told that by the proxy before it (X-Forwarded-Proto), or its configuration.';
    throw new UserError(`${this.#host} wants a blob sent without TLS, to ${url.origin}`, 3, remedy);
  }

  get #host(): string {
    return this.#connection.place.host;
  }
}

function unlessAborted(error: unknown): undefined {
  if (error instanceof Error && error.name === 'AbortError') throw error;
  return undefined;
}

const NO_CONTENT = { 'content-length': '0' };
const tagList = record({ tags: (value, at) => list(text)(value ?? [], at) });

function someOf(tags: readonly string[]): string {
  const MOST = 10;
  return tags.length > MOST ? `${tags.slice(0, MOST).join(', ')} and ${tags.length - MOST} more` : tags.join(', ');
}
