/**
 * What a start has to know of an image, noted beside its topmost layer when all are unpacked: then no digest is computed and no layer searched, and
 * an image of fifty layers starts as one of one. `tops/CONFIG` leads from an image to that layer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { list, map, matching, type Parser, record } from '../../kernel/parser.js';
import { type Digest, hexOf } from '../digest.js';
import { imagesDirectory } from './layout.js';

export interface Stack {
  /** Names of layers, topmost first, down to one that hides all below it. */
  readonly lower: readonly string[];
  /** Where an overlay would find a file, as a path below `layers`, '' for nowhere. /etc, and those that tell users and groups, where that can be said. */
  readonly files: Readonly<Record<string, string>>;
}

const stack: Parser<Stack> = record<Stack>({
  lower: list(matching(/^[0-9a-f]{64}$/, 'the name of a layer')),
  files: map(matching(/^([0-9a-f]{64}\/diff\/.*)?$/s, 'a path below a layer')),
});

/** The link to an image's topmost layer. */
export function topOf(image: Digest): string {
  return `${imagesDirectory('tops')}/${hexOf(image)}`;
}

/** The note in the directory of a layer. */
export function stackIn(layer: string): string {
  return `${layer}/stack.json`;
}

/** The directories of an image's layers, topmost first; undefined where they are not noted. */
export function notedDirectories(image: Digest): string[] | undefined {
  const layers = imagesDirectory('layers');
  return readStack(topOf(image))?.lower.map((layer) => `${layers}/${layer}/diff`);
}

/** Where a container that has written nothing yet finds files of its image: absolute paths, '' for nowhere. `layers` are those of its image. */
export function notedFiles(upper: string, layers: readonly string[]): Stack['files'] {
  return isEmpty(upper) ? filesOf(layers) : {};
}

/** The layers from the topmost on that has an /etc; all of them where that is not noted, or is a link. */
export function fromEtc(layers: readonly string[]): readonly string[] {
  const etc = filesOf(layers)['/etc'];
  const first = layers.findIndex((layer) => `${layer}/etc` === etc);
  return first > 0 ? layers.slice(first) : layers;
}

function filesOf([top]: readonly string[]): Stack['files'] {
  if (!top?.match(/\/images\/layers\/[0-9a-f]{64}\/diff$/)) return {};
  const layer = dirname(top);
  const files = Object.entries(readStack(layer)?.files ?? {});
  return Object.fromEntries(files.map(([name, path]) => [name, path && `${dirname(layer)}/${path}`]));
}

let last: Stack | undefined;

/** One that is damaged is noted again, as one that is missing. A start asks three times, and the name of a layer says what lies below it. */
function readStack(layer: string): Stack | undefined {
  if (last?.lower[0] === basename(layer)) return last;
  const path = stackIn(layer);
  try {
    last = existsSync(path) ? stack(JSON.parse(readFileSync(path, 'utf8')), path) : undefined;
    return last;
  } catch {
    return undefined;
  }
}

/** One that is not there yet is empty. */
function isEmpty(directory: string): boolean {
  return !existsSync(directory) || readdirSync(directory).length === 0;
}
