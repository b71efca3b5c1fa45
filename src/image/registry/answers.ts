/** What a registry answers, as values or in words. */
import type { IncomingMessage } from 'node:http';
import { UserError } from '../../kernel/errors/user-error.js';
import { list, orNull, record, text } from '../../kernel/parser.js';
import { MOST_JSON } from '../manifest.js';

/** The body of an answer. Throws UserError (3) where it is longer than any manifest. */
export async function readBody(answer: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  if ((await collect(answer, pieces, MOST_JSON)) <= MOST_JSON) return Buffer.concat(pieces);
  const what = `the registry answers with more than ${MOST_JSON} bytes where a manifest, or an error, belongs`;
  throw new UserError(what, 3);
}

/** Bytes of an answer that are read for why it is none of those that were expected. */
const MOST_FAULT = 1 << 16;

/** The start of the body of a refusal: its status counts, whatever else comes, or does not. */
export async function readFault(answer: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await collect(answer, pieces, MOST_FAULT).catch(() => {}); // the connection broke
  return Buffer.concat(pieces);
}

/** Reads an answer to its end, or until it is longer than `most` bytes. Returns how many were read. */
async function collect(answer: AsyncIterable<Buffer>, pieces: Buffer[], most: number): Promise<number> {
  let length = 0;
  for await (const piece of answer) {
    pieces.push(piece);
    length += piece.length;
    if (length > most) break;
  }
  return length;
}

/** What went wrong, by a registry (distribution-spec, "Error Codes"). */
export interface RegistryFault {
  readonly code: string;
  readonly message: string;
}

const faults = record({
  errors: list(record({ code: text, message: (value, at) => orNull(text)(value, at) ?? '' })),
});

/** Servers in between answer in words of their own, with HTML. */
export function parseFaults(body: Buffer): RegistryFault[] {
  try {
    return faults(JSON.parse(body.toString('utf8')), '').errors;
  } catch {
    return [];
  }
}

/** An answer that is none of those that were expected. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly faults: readonly RegistryFault[];
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor({ statusCode = 0, headers }: IncomingMessage, body: Buffer) {
    const found = parseFaults(body);
    super(`${statusCode}${found.map(({ code, message }) => ` ${code}: ${message}`).join(',')}`);
    this.status = statusCode;
    this.faults = found;
    this.retryAfter = secondsOf(headers['retry-after'], Date.now());
  }

  has(code: string): boolean {
    return this.faults.some((fault) => fault.code === code);
  }
}

/** Retry-After: seconds, or a date (RFC 9110, 10.2.3). */
export function secondsOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
