import { closeSync, readSync } from 'node:fs';
import { posix } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import { BLOCK, type TarEntry } from '../../../tar/entry.js';
import { parseHeader } from '../../../tar/header.js';
import { type TarEvent, TarParser } from '../../../tar/parser.js';
import { codecOf, decompressed } from '../../codec/decompress.js';
import { linkedPath, targetOf } from '../../layer/entry.js';
import type { Destination } from './destination.js';
import type { Origin, PlannedArchive } from './planned.js';

/** Whether ADD unpacks a file: what it has, decompressed, begins with the header of an archive. Its name tells nothing. */
export async function isArchive({ source, path }: Origin): Promise<boolean> {
  const fd = source.openFile(path);
  try {
    const start = Buffer.alloc(BLOCK);
    const length = readSync(fd, start, 0, BLOCK, 0);
    return codecOf(start.subarray(0, length)) === 'none'
      ? isHeader(start.subarray(0, length))
      : isHeader(await firstBlock(fd));
  } finally {
    closeSync(fd);
  }
}

function isHeader(block: Buffer): boolean {
  try {
    return block.length === BLOCK && block.some((byte) => byte !== 0) && parseHeader(block).name.length > 0;
  } catch {
    return false;
  }
}

async function firstBlock(fd: number): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const piece of plainBytes(fd)) {
    start = Buffer.concat([start, piece]);
    if (start.length >= BLOCK) break;
  }
  return start.subarray(0, BLOCK);
}

function plainBytes(fd: number): AsyncIterable<Uint8Array> {
  return decompressed(`/proc/self/fd/${fd}`, 'archive');
}

/**
 * The members of an archive, below a directory of the image. No name and no link leads out of that, as in a layer: what is hostile there is
 * refused here. Throws UserError.
 */
export async function* archiveEvents({ from, to }: PlannedArchive, destination: Destination): AsyncGenerator<TarEvent> {
  const fd = from.source.openFile(from.path);
  try {
    const parser = new TarParser();
    for await (const piece of plainBytes(fd)) {
      for (const event of parser.push(piece)) {
        if (event instanceof Uint8Array) yield event;
        else yield* placed(event, to, destination);
      }
    }
    parser.end();
  } finally {
    closeSync(fd);
  }
}

/** Directories of the image on the way come first: a link of the image may lead to another. */
function placed(entry: TarEntry, to: string, destination: Destination): TarEntry[] {
  const target = targetOf(entry.name);
  if (target.kind !== 'file') throw new UserError(`${entry.name} of the archive means a deleted file in a layer`, 1);
  const placed: TarEntry[] = [];
  const emit = (member: TarEntry) => placed.push(member);
  const at = posix.join(to, target.path);
  const linkName = entry.type === 'hard link' ? linkedIn(entry, to, destination) : entry.linkName;
  const rest = { ...entry, linkName };
  if (entry.type !== 'directory') destination.add(pathIn(destination, at, emit), rest, emit);
  else if (target.path !== '') destination.add(destination.directory(at, emit), rest, emit);
  return placed;
}

function pathIn(destination: Destination, path: string, emit: (entry: TarEntry) => void): string {
  return posix.join(destination.directory(posix.dirname(path), emit), posix.basename(path));
}

function linkedIn(entry: TarEntry, to: string, destination: Destination): string {
  return pathIn(destination, posix.join(to, linkedPath(entry.name, entry.linkName)), () => {}).slice(1);
}
