import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LOCAL } from './hosts.js';

/** Bytes of a secret: 192 bits, which nobody guesses. */
const SECRET = 24;

/** Who may use the server: whoever knows its token, which only the terminal shows, as with Jupyter. */
export class Access {
  /** Runs labs, for as long as the server does; made for the address in the terminal, and kept by its pages. */
  readonly token = secret();
  /** Shows pages: the browser's cookie, which it sends to all ports of this machine, so it is good for nothing else. */
  readonly session = secret();
  /** By which names browsers may call this machine. */
  readonly names: readonly string[];
  #ticket: { readonly secret: string; readonly user: number } | undefined;

  constructor(names: readonly string[] = LOCAL) {
    this.names = names;
  }

  /** A secret that lets one user in once: it is for a command line, which every user of the machine can read. */
  giveTicket(user: number): string {
    this.#ticket = { secret: secret(), user };
    return this.#ticket.secret;
  }

  /** Whether an address may be exchanged for the token. Asks for the user who shows it only where that matters. */
  admits(secret: string, findUser: () => number | undefined): boolean {
    if (this.#ticket === undefined || !isSame(secret, this.#ticket.secret)) return this.knows(secret);
    if (findUser() !== this.#ticket.user) return false;
    this.#ticket = undefined;
    return true;
  }

  /** Whether this is the token. */
  knows(secret: string | undefined): boolean {
    return secret !== undefined && isSame(secret, this.token);
  }

  /** Whether this is the cookie. */
  remembers(secret: string | undefined): boolean {
    return secret !== undefined && isSame(secret, this.session);
  }
}

function secret(): string {
  return randomBytes(SECRET).toString('base64url');
}

/** Takes as long for a good guess as for a bad one; of digests, since timingSafeEqual wants equal lengths. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
