/** Files that ADD fetched, which stay for later builds: `images/fetched/KEY-DIGEST`, and in `KEY.json` what the server said of it. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { maybe, type Parser, record, text } from '../../../kernel/parser.js';
import { writeAtomically } from '../../../state/atomic.js';
import { checkDigest, type Digest, digestOf, hexOf } from '../../digest.js';
import { imagesDirectory } from '../../store/layout.js';

/** What a server said of a file, by which it is asked again (RFC 9110, 13.1). */
export interface KeptFile {
  readonly digest: Digest;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

const digest: Parser<Digest> = (value, at) => checkDigest(text(value, at), at);
const keptFile = record<KeptFile>({ digest, etag: maybe(text), lastModified: maybe(text) });

/** Undefined where none is known of the URL, or it is gone. */
export function readKept(url: string): KeptFile | undefined {
  try {
    const about = aboutPath(url);
    const file = keptFile(JSON.parse(readFileSync(about, 'utf8')), about);
    return existsSync(keptPath(url, file)) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Moves a file there, in the place of the one before. */
export function keep(path: string, url: string, file: KeptFile): void {
  const before = readKept(url);
  renameSync(path, keptPath(url, file));
  writeAtomically(aboutPath(url), JSON.stringify(file));
  if (before && before.digest !== file.digest) rmSync(keptPath(url, before), { force: true });
}

/** Where its content is. */
export function keptPath(url: string, file: KeptFile): string {
  return join(imagesDirectory('fetched'), `${keyOf(url)}-${hexOf(file.digest)}`);
}

function aboutPath(url: string): string {
  return join(imagesDirectory('fetched'), `${keyOf(url)}.json`);
}

function keyOf(url: string): string {
  return hexOf(digestOf(url));
}
