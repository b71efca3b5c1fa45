import { createHash } from 'node:crypto';
import { closeSync, openSync, renameSync, utimesSync } from 'node:fs';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { dirname } from 'node:path';
import { errorCode } from '../../../kernel/errors/errno.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { writeAll } from '../../../kernel/files/write-all.js';
import type { Digest } from '../../digest.js';
import { mostBytes } from '../../layer/limits.js';
import { Refusal } from '../../registry/answers.js';
import { UNTRUSTED, unreachable } from '../../registry/errors.js';
import { followed } from '../../registry/redirects.js';
import { type Patience, retrying } from '../../registry/retries.js';
import { basic, Transport } from '../../registry/transport.js';
import { type KeptFile, keep, takeKept } from './kept.js';
import { decoded, withoutPassword } from './url.js';

/** How a file is fetched. */
export interface Fetching extends Patience {
  /** `--checksum` */
  readonly checksum: Digest | undefined;
  /** Where it is to be: nothing is there yet. */
  readonly path: string;
}

/**
 * Fetches a file, with mode 0600 and the time of Last-Modified, or of 1970, as BuildKit does. One that is kept is asked for only if it has changed; with
 * the right checksum not at all. Returns its digest. Throws UserError (1).
 */
export async function fetchFile(url: URL, { checksum, path, ...patience }: Fetching): Promise<Digest> {
  const kept = takeKept(url.href, path);
  const isKnown = kept !== undefined && kept.digest === checksum;
  const file = isKnown ? kept : await ask(url, { kept, path, patience });
  if (checksum !== undefined && file.digest !== checksum)
    throw new UserError(
      `ADD failed: ${withoutPassword(url.href)}: digest mismatch: it has ${file.digest}, and not ${checksum}`,
      1,
      'The file there was changed, or --checksum is that of another.',
    );
  return file.digest;
}

interface Asking {
  readonly kept: KeptFile | undefined;
  readonly path: string;
  readonly patience: Patience;
}

async function ask(url: URL, { kept, path, patience }: Asking): Promise<KeptFile> {
  using transport = new Transport(true);
  const request = { method: 'GET', url, headers: headersFor(url, kept), signal: patience.signal } as const;
  try {
    return await retrying(async () => {
      const { answer } = await followed(transport, request);
      if (answer.statusCode === 304 && kept) return kept;
      if (answer.statusCode === 200) return await take(answer, url, path);
      answer.destroy();
      throw new Refusal(answer, Buffer.alloc(0));
    }, patience);
  } catch (error) {
    throw explained(error, url);
  }
}

function headersFor({ username, password }: URL, kept: KeptFile | undefined): Record<string, string> {
  const [name, secret] = [username, password].map(decoded) as [string, string];
  return {
    ...(username && { authorization: basic({ username: name, password: secret }) }),
    ...(kept?.etag && { 'if-none-match': kept.etag }),
    ...(kept?.lastModified && !kept.etag && { 'if-modified-since': kept.lastModified }),
  };
}

async function take(answer: IncomingMessage, url: URL, path: string): Promise<KeptFile> {
  const { etag, 'last-modified': lastModified } = answer.headers;
  // What is kept stays as it is until the new file is whole: the next answer may be that it has not changed.
  const fresh = `${path}.new`;
  const digest = await write(answer, fresh);
  const seconds = Date.parse(lastModified ?? '') / 1000 || 0;
  utimesSync(fresh, seconds, seconds);
  renameSync(fresh, path);
  const file = { digest, etag, lastModified };
  keep(path, url.href, file);
  return file;
}

/** What an earlier attempt has written is none of it. */
async function write(answer: IncomingMessage, path: string): Promise<Digest> {
  const [hash, most] = [createHash('sha256'), mostBytes(dirname(path))];
  checkLength(Number(answer.headers['content-length'] ?? 0), most);
  const fd = openSync(path, 'w', 0o600);
  try {
    let length = 0;
    for await (const piece of answer as AsyncIterable<Buffer>) {
      length += piece.length;
      checkLength(length, most);
      hash.update(piece);
      writeAll(fd, piece);
    }
  } finally {
    closeSync(fd);
  }
  return `sha256:${hash.digest('hex')}`;
}

function checkLength(length: number, most: number): void {
  if (length > most) throw new UserError(`it has ${length} bytes, and there is room for ${most}`, 1, 'df -h');
}

/** Said with the URL: an instruction may have several. */
function explained(error: unknown, url: URL): unknown {
  const shown = withoutPassword(url.href);
  const about = (what: string, remedy: string | undefined) => new UserError(`ADD failed: ${shown}: ${what}`, 1, remedy);
  if (error instanceof UserError) return about(error.message, error.remedy);
  if (error instanceof Refusal) {
    const what = `invalid response status ${error.status} ${STATUS_CODES[error.status] ?? ''}`.trim();
    return about(what, `Is the URL right? curl -LI ${shown}`);
  }
  const code = errorCode(error) ?? '';
  const words = unreachable(code, (error as Error).message, url.host);
  const authority = `Put the certificate of its authority at /etc/docker/certs.d/${url.host}/ca.crt`;
  return words ? about(words[0], UNTRUSTED.includes(code) ? authority : FROM_HERE) : error;
}

const FROM_HERE =
  'This machine fetches it, whatever network RUN has: by HTTPS_PROXY or HTTP_PROXY where there is one. COPY of a file of the context needs none.';
