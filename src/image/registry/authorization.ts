import { UserError } from '../../kernel/errors/user-error.js';
import { integer, orNull, record, text } from '../../kernel/parser.js';
import { Refusal, readBody } from './answers.js';
import { type Challenge, parseChallenges } from './challenges.js';
import type { Credentials } from './credential-helper.js';
import { type Patience, retrying } from './retries.js';
import { basic, type HttpRequest, type Transport } from './transport.js';

/** What a token of a registry is good for. */
interface Token {
  readonly value: string;
  /** In ms since 1970. */
  readonly until: number;
}

const grant = record({
  token: orNull(text),
  access_token: orNull(text),
  expires_in: orNull(integer(0)),
  refresh_token: orNull(text),
});

/** In seconds, where the service says nothing (distribution, "Token Authentication"). */
const USUAL_LIFE = 60;

/** How requests to a registry are authorized: by nothing, a password, or tokens that a service gives for it, one for each set of scopes. */
export class Authorization {
  readonly #base: URL;
  readonly #transport: Transport;
  readonly #patience: Patience;
  /** Also those that are on their way: several blobs want the same at once. */
  readonly #tokens = new Map<string, Promise<Token>>();
  #credentials: Credentials | undefined;
  #challenges: readonly Challenge[] = [];
  #wantsIdentity = false;

  constructor(
    base: URL,
    transport: Transport,
    { credentials, ...patience }: Patience & { credentials: Credentials | undefined },
  ) {
    this.#base = base;
    this.#transport = transport;
    this.#credentials = credentials;
    this.#patience = patience;
  }

  /** From now on a token service is asked for an identity token as well: `docker login` keeps that in the place of the password. */
  wantIdentity(): void {
    this.#wantsIdentity = true;
  }

  /** The one that the token service gave last, or that was kept. */
  get identityToken(): string | undefined {
    return this.#credentials?.identityToken;
  }

  /** The header for a request, if any. `scopes`: `repository:NAME:pull`. Throws UserError where the token service refuses. */
  async header(scopes: readonly string[]): Promise<string | undefined> {
    const bearer = this.#challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer) return `Bearer ${(await this.#token(bearer, scopes)).value}`;
    const isBasic = this.#challenges.some(({ scheme }) => scheme === 'basic');
    return isBasic && this.#credentials ? basic(this.#credentials) : undefined;
  }

  /** Takes what a registry wants that answered 401 to a header. Returns whether there may be another one than that. */
  async learn(challenge: string | undefined, scopes: readonly string[], refused?: string): Promise<boolean> {
    const before = this.#challenges;
    this.#challenges = parseChallenges(challenge ?? '');
    const has = (scheme: string, list = this.#challenges) => list.some((one) => one.scheme === scheme);
    if (has('bearer')) {
      const key = scopes.join(' ');
      // Meanwhile another request may have had a new one.
      if (refused === `Bearer ${(await this.#tokens.get(key))?.value}`) this.#tokens.delete(key);
      return true;
    }
    return has('basic') && this.#credentials !== undefined && !has('basic', before);
  }

  async #token({ parameters }: Challenge, scopes: readonly string[]): Promise<Token> {
    const key = scopes.join(' ');
    const known = this.#tokens.get(key);
    if (known && (await known).until > Date.now()) return await known;
    if (this.#tokens.get(key) === known) this.#tokens.set(key, this.#fetchToken(parameters, scopes));
    return await (this.#tokens.get(key) as Promise<Token>);
  }

  async #fetchToken(parameters: Challenge['parameters'], scopes: readonly string[]): Promise<Token> {
    const request = this.#tokenRequest(realmOf(parameters, this.#base), parameters.service, scopes);
    const body = await retrying(async () => {
      const answer = await this.#transport.send({ ...request, signal: this.#patience.signal });
      const bytes = await readBody(answer);
      if (answer.statusCode !== 200) throw new Refusal(answer, bytes);
      return bytes;
    }, this.#patience).catch((error) => {
      throw this.#explained(error, request.url.host);
    });
    const { identityToken, ...token } = tokenOf(body, request.url.host);
    // A service may give another one each time, and take the old one no more (RFC 6749, 6).
    if (identityToken && this.#credentials) this.#credentials = { ...this.#credentials, identityToken };
    return token;
  }

  /** With a name and a password it is asked for by GET, with an identity token by POST, as OAuth 2 has it (distribution, "OAuth2 Token Authentication"). */
  #tokenRequest(realm: URL, service: string | undefined, scopes: readonly string[]): HttpRequest {
    const fields = new URLSearchParams({ ...(service !== undefined && { service }), client_id: 'tslab' });
    const { identityToken, username = '', password = '' } = this.#credentials ?? {};
    if (identityToken === undefined) {
      for (const scope of scopes) fields.append('scope', scope);
      if (username) fields.append('account', username);
      if (this.#wantsIdentity) fields.append('offline_token', 'true');
      for (const [name, value] of fields) realm.searchParams.append(name, value);
      return {
        method: 'GET',
        url: realm,
        headers: { ...(username && { authorization: basic({ username, password }) }) },
      };
    }
    for (const [name, value] of [
      ['grant_type', 'refresh_token'],
      ['refresh_token', identityToken],
      ['scope', scopes.join(' ')],
    ] as const)
      fields.append(name, value);
    const body = Buffer.from(fields.toString());
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': `${body.length}` };
    return { method: 'POST', url: realm, headers, body };
  }

  #explained(error: unknown, service: string): unknown {
    if (!(error instanceof Refusal) || ![400, 401, 403].includes(error.status)) return error;
    const whose = this.#credentials ? ' with the credentials that are kept for it' : '';
    const message = `${this.#base.host} lets nobody in${whose}: its token service ${service} answers ${error.message}`;
    return new UserError(message, 3, `tslab login ${this.#base.host}`);
  }
}

/** A password goes there: not in the clear, where the registry itself is spoken to with TLS. */
function realmOf({ realm = '' }: Challenge['parameters'], { host, protocol }: URL): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && protocol === 'http:'))) return url;
  throw new UserError(`${host} wants a token of ${JSON.stringify(realm)}: that is no service with TLS`, 3);
}

function tokenOf(body: Buffer, service: string): Token & { readonly identityToken: string | undefined } {
  try {
    const given = grant(JSON.parse(body.toString('utf8')), '');
    const value = given.token ?? given.access_token;
    if (value === undefined) throw new Error('no token in it');
    const until = Date.now() + 1000 * (given.expires_in || USUAL_LIFE);
    return { value, until, identityToken: given.refresh_token || undefined };
  } catch (error) {
    throw new UserError(`the token service ${service} answers something else: ${(error as Error).message}`, 3);
  }
}
