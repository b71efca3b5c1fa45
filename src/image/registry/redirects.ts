import type { IncomingMessage } from 'node:http';
import { UserError } from '../../kernel/errors/user-error.js';
import type { HttpRequest, Transport } from './transport.js';

/** An answer, and where it came from in the end. */
export interface Answer {
  readonly answer: IncomingMessage;
  readonly from: URL;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

/** Follows redirections of what only reads. Blobs are often kept elsewhere, and whoever keeps them is told no password, and refuses a second one (S3: 400). */
export async function followed(transport: Transport, request: HttpRequest): Promise<Answer> {
  let { url, headers = {} } = request;
  for (let count = 0; ; count++) {
    const answer = await transport.send({ ...request, url, headers }).catch((error) => {
      throw count === 0 ? error : Object.assign(error, { sentOnTo: url.host });
    });
    const { location } = answer.headers;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || location === undefined || !REDIRECTS.includes(answer.statusCode ?? 0)) return { answer, from: url };
    answer.resume();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (!next || count === MOST_REDIRECTS || !isAsSafe(next, url))
      throw new UserError(`${url.host} sends on to ${JSON.stringify(location)}, which is not followed`, 3);
    if (next.host !== url.host) {
      const { authorization: _, ...others } = headers as Record<string, string>;
      headers = others;
    }
    url = next;
  }
}

function isAsSafe(next: URL, { protocol }: URL): boolean {
  return next.protocol === 'https:' || (next.protocol === 'http:' && protocol === 'http:');
}
