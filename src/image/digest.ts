import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { UserError } from '../kernel/errors/user-error.js';

/** `sha256:` and 64 hexadecimal digits: what some bytes are named by. */
export type Digest = `sha256:${string}`;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** Throws UserError (2): what others name becomes part of a path. */
export function checkDigest(text: string, where: string): Digest {
  if (isDigest(text)) return text;
  const what = /^sha512:/.test(text) ? 'a sha512 digest: tslab keeps content by sha256' : 'no digest';
  throw new UserError(
    `${where}: ${JSON.stringify(text)} is ${what}`,
    2,
    'Such as sha256:…, with 64 digits from 0 to f.',
  );
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const PART = Buffer.alloc(1 << 18);

/** Of what is left of an open file. */
export function digestOfFile(fd: number): Digest {
  const hash = createHash('sha256');
  for (let count = readSync(fd, PART); count > 0; count = readSync(fd, PART)) hash.update(PART.subarray(0, count));
  return `sha256:${hash.digest('hex')}`;
}

/** The 64 digits. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
