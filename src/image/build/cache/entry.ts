/** What the cache of builds keeps of an instruction: `images/build-cache/KEY`, so that nothing is made twice. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { integer, map, maybe, type Parser, record, text } from '../../../kernel/parser.js';
import { writeAtomically } from '../../../state/atomic.js';
import { checkDigest, type Digest, digestOf, hexOf } from '../../digest.js';
import type { Descriptor } from '../../manifest.js';
import { hasBlob, imagesDirectory } from '../../store/layout.js';

/** All that the outcome of an instruction depends on. */
export interface Question {
  /** The layers that it goes on: the chain ID; `scratch` where there are none. */
  readonly chain: string;
  /** Those of the image so far that count, as JSON. */
  readonly settings: string;
  /** The instruction, its variables put in. */
  readonly text: string;
  /** What it reads: of COPY each file by its name in the image, of RUN each ARG by its name. Times of files are none of it. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A layer that an instruction made. */
export interface CachedLayer {
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
}

export interface CacheEntry extends Question {
  /** ISO 8601. An image that is built again from the cache has the times of the first. */
  readonly created: string;
  /** When it was written, in milliseconds since 1970. */
  readonly written: number;
  /** Undefined: it changed no file. */
  readonly layer?: CachedLayer | undefined;
}

const digest: Parser<Digest> = (value, at) => checkDigest(text(value, at), at);
const layer = record<CachedLayer>({
  diffId: digest,
  descriptor: record({ mediaType: text, digest, size: integer(0) }),
});
const entry = record<CacheEntry>({
  ...{ chain: text, settings: text, text, inputs: map(text), created: text, written: integer(0) },
  layer: maybe(layer),
});

/** What an instruction came to; undefined where it is not known, or its layer is gone. */
export function lookUpCache(question: Question): CacheEntry | undefined {
  const path = pathOf(question);
  const known = existsSync(path) ? readEntry(path) : undefined;
  return known?.layer && !hasBlob(known.layer.descriptor.digest) ? undefined : known;
}

export function writeCache(known: CacheEntry): void {
  writeAtomically(pathOf(known), JSON.stringify(known));
}

/** All that is known, the latest first. */
export function listCache(): CacheEntry[] {
  const directory = cacheDirectory();
  const all = readdirSync(directory).flatMap((name) => readEntry(join(directory, name)) ?? []);
  return all.sort((a, b) => b.written - a.written);
}

/** A file that is damaged, or of another tslab, tells nothing. */
function readEntry(path: string): CacheEntry | undefined {
  try {
    return entry(JSON.parse(readFileSync(path, 'utf8')), path);
  } catch {
    return undefined;
  }
}

function pathOf({ chain, settings, text: instruction, inputs }: Question): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return join(cacheDirectory(), `${hexOf(digestOf(JSON.stringify([chain, settings, instruction, sorted])))}.json`);
}

function cacheDirectory(): string {
  return imagesDirectory('build-cache');
}
