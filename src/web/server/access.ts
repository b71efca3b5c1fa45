import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a secret: 192 bits, which nobody guesses. */
const SECRET = 24;

/** Who may use the server: whoever knows its token, which only the terminal shows, as with Jupyter. */
export class Access {
  /** For as long as the server runs; made for the address in the terminal, and kept by the browser as a cookie. */
  readonly token = secret();
  #ticket: string | undefined;

  /** A secret that opens the server once: for a command line, which every user of the machine can read. */
  giveTicket(): string {
    this.#ticket = secret();
    return this.#ticket;
  }

  /** Whether an address may be exchanged for the cookie. */
  admits(secret: string): boolean {
    if (this.#ticket === undefined || !isSame(secret, this.#ticket)) return this.knows(secret);
    this.#ticket = undefined;
    return true;
  }

  /** Whether this is the token. */
  knows(secret: string | undefined): boolean {
    return secret !== undefined && isSame(secret, this.token);
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
