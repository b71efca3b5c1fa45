/** Layers for an image, the same each time: some large files, and many small ones in directories, as of an application and its packages. */
import type { TarEntry } from '../src/tar/entry.js';
import { writeEnd, writeHeader, writePadding } from '../src/tar/writer.js';
import { randomNumbers } from '../test/support/random.js';

/** Of each layer: a third of its bytes in one file, a third in a few, and a third in many. */
const KINDS = [
  { files: 1, share: 1 / 3 },
  { files: 12, share: 1 / 3 },
  { files: 860, share: 1 / 3 },
];
const IN_A_DIRECTORY = 40;
const NO_ATTRIBUTES: ReadonlyMap<string, Uint8Array> = new Map();

/** Archives of about so many bytes each, which compress to a third. */
export function someLayers(count: number, bytes: number): Buffer[] {
  const random = randomNumbers(1);
  const text = words(random);
  return Array.from({ length: count }, (_, layer) => {
    const parts: Uint8Array[] = [];
    const write = (part: Uint8Array) => void parts.push(Uint8Array.from(part));
    for (const [kind, { files, share }] of KINDS.entries())
      for (let i = 0; i < files; i++) addFile({ write, text, random }, `${layer}/${kind}`, i, (bytes * share) / files);
    writeEnd(write);
    return Buffer.concat(parts);
  });
}

interface Making {
  readonly write: (part: Uint8Array) => void;
  readonly text: Buffer;
  readonly random: () => number;
}

/** A file of half to one and a half of the size; before the first of a directory, that. */
function addFile({ write, text, random }: Making, above: string, i: number, about: number): void {
  const directory = `usr/lib/bench/${above}/${Math.floor(i / IN_A_DIRECTORY)}`;
  if (i % IN_A_DIRECTORY === 0) writeHeader(write, { ...entry(`${directory}/`, 0), type: 'directory', mode: 0o755 });
  const size = about > 1e6 ? Math.floor(about) : Math.floor(about * (0.5 + random()));
  writeHeader(write, entry(`${directory}/file-${i}.js`, size));
  for (let left = size; left > 0; ) {
    const start = Math.floor(random() * (text.length - PIECE));
    const part = text.subarray(start, start + Math.min(left, PIECE));
    write(part);
    left -= part.length;
  }
  writePadding(write, size);
}

const PIECE = 1 << 16;

function entry(name: string, size: number): TarEntry {
  const mtime = 1_700_000_000_000_000_000n;
  return { type: 'file', name, linkName: '', mode: 0o644, uid: 0, gid: 0, size, mtime, attributes: NO_ATTRIBUTES };
}

/** 4 MB of words, so many that gzip makes a third of them. */
function words(random: () => number): Buffer {
  const known = Array.from({ length: 3000 }, () => Math.floor(random() * 36 ** 7).toString(36));
  let text = '';
  while (text.length < 4e6) text += `${known[Math.floor(random() ** 2 * known.length)]} `;
  return Buffer.from(text);
}
