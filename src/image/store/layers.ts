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
  return join(imagesDirectory('layers'), hexOf(chain));
}

export function hasLayer(chain: Digest): boolean {
  return existsSync(layerDirectory(chain));
}

export function readLayer(chain: Digest): LayerRecord {
  const path = join(layerDirectory(chain), 'layer.json');
  return layerRecord(JSON.parse(readFileSync(path, 'utf8')), path);
}

/** A file in the directory of a layer that hides all below it. Each start asks for it, and there is nothing to read. */
export function opaqueMark(layer: string): string {
  return join(layer, 'opaque');
}

/** The directories that an overlay shows of an image with these layers, topmost first. */
export function lowerDirectories(chain: readonly Digest[]): string[] {
  const visible: Digest[] = [];
  for (const id of [...chain].reverse()) {
    visible.push(id);
    if (existsSync(opaqueMark(layerDirectory(id)))) break;
  }
  return visible.map((id) => join(layerDirectory(id), 'diff'));
}
