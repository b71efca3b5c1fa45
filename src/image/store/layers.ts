import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { integer, record, text } from '../../kernel/parser.js';
import { type Digest, hexOf } from '../digest.js';
import { imagesDirectory } from './layout.js';

/** What is noted of a layer that is unpacked. */
export interface LayerRecord {
  readonly diffId: string;
  /** Bytes of its files. */
  readonly size: number;
}

const layerRecord = record<LayerRecord>({ diffId: text, size: integer(0) });

/** `layers/CHAIN`: the directory of a layer, by its chain ID, whether or not it is there. */
export function layerDirectory(chain: Digest): string {
  return layerIn(imagesDirectory('layers'), chain);
}

/** Of several layers `imagesDirectory` is asked once: an image may have a hundred, of which each start has to know. */
function directoriesOf(chain: readonly Digest[]): string[] {
  const layers = imagesDirectory('layers');
  return chain.map((id) => layerIn(layers, id));
}

function layerIn(layers: string, chain: Digest): string {
  return `${layers}/${hexOf(chain)}`;
}

export function hasLayer(chain: Digest): boolean {
  return existsSync(layerDirectory(chain));
}

/** Whether all of them are unpacked. */
export function hasLayers(chain: readonly Digest[]): boolean {
  return directoriesOf(chain).every((layer) => existsSync(layer));
}

export function readLayer(chain: Digest): LayerRecord {
  const path = join(layerDirectory(chain), 'layer.json');
  return layerRecord(JSON.parse(readFileSync(path, 'utf8')), path);
}

/** A file in the directory of a layer that hides all below it. Each start asks for it, and there is nothing to read. */
export function opaqueMark(layer: string): string {
  return `${layer}/opaque`;
}

/** The directories that an overlay shows of an image with these layers, topmost first. */
export function lowerDirectories(chain: readonly Digest[]): string[] {
  const all = directoriesOf(chain);
  const lowest = all.findLastIndex((layer) => existsSync(opaqueMark(layer)));
  return all
    .slice(Math.max(lowest, 0))
    .reverse()
    .map((layer) => `${layer}/diff`);
}
