/** Files that ADD fetched, which stay for later builds: `images/fetched/KEY-DIGEST`, and in `KEY.json` what the server said of it. */
import { closeSync, linkSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { maybe, type Parser, record, text } from '../../../kernel/parser.js';
import { writeAtomically } from '../../../state/atomic.js';
import { checkDigest, type Digest, digestOf, digestOfFile, hexOf } from '../../digest.js';
import { imagesDirectory } from '../../store/layout.js';

/** What a server said of a file, by which it is asked again (RFC 9110, 13.1). */
export interface KeptFile {
  readonly digest: Digest;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

const digest: Parser<Digest> = (value, at) => checkDigest(text(value, at), at);
const keptFile = record<KeptFile>({ digest, etag: maybe(text), lastModified: maybe(text) });

/**
 * Links the file that is kept of a URL to `path`, where it stays whatever another build keeps meanwhile. Undefined, and nothing there, where none is known, or where it is
 * gone or damaged.
 */
export function takeKept(url: string, path: string): KeptFile | undefined {
  try {
    const about = aboutPath(url);
    const file = keptFile(JSON.parse(readFileSync(about, 'utf8')), about);
    linkSync(keptPath(url, file), path);
    if (contentOf(path) === file.digest) return file;
  } catch {
    // Fetched anew.
  }
  rmSync(path, { force: true });
  return undefined;
}

function contentOf(path: string): Digest {
  const fd = openSync(path, 'r');
  try {
    return digestOfFile(fd);
  } finally {
    closeSync(fd);
  }
}

/** Keeps a file, in the place of all that were kept of the URL. */
export function keep(path: string, url: string, file: KeptFile): void {
  const own = keptPath(url, file);
  linkSync(path, `${path}.kept`);
  renameSync(`${path}.kept`, own);
  writeAtomically(aboutPath(url), JSON.stringify(file));
  for (const name of readdirSync(imagesDirectory('fetched')))
    if (name.startsWith(`${keyOf(url)}-`) && name !== basename(own))
      rmSync(join(imagesDirectory('fetched'), name), { force: true });
}

/** Where its content is. */
function keptPath(url: string, file: KeptFile): string {
  return join(imagesDirectory('fetched'), `${keyOf(url)}-${hexOf(file.digest)}`);
}

function aboutPath(url: string): string {
  return join(imagesDirectory('fetched'), `${keyOf(url)}.json`);
}

function keyOf(url: string): string {
  return hexOf(digestOf(url));
}
