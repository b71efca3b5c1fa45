import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TarEntry, TarType } from '../../../src/tar/entry.js';
import type { TarEvent } from '../../../src/tar/parser.js';
import { TarParser } from '../../../src/tar/parser.js';
import { writeEnd, writeHeader, writePadding } from '../../../src/tar/writer.js';

/** What is to be in an archive, by path: what is in a file, or the mode of a directory, whose path ends in a slash. */
export type Files = Readonly<Record<string, string | Uint8Array | number>>;

// #region archive
/** An archive of members and their content. The same members give the same bytes: all is as old as Unix, and belongs to root. */
export function archiveOf(events: Iterable<TarEvent>): Buffer {
  const parts: Buffer[] = [];
  const write = (bytes: Uint8Array) => void parts.push(Buffer.from(bytes));
  let size = 0;
  for (const event of events) {
    if (event instanceof Uint8Array) write(event);
    else {
      writePadding(write, size);
      writeHeader(write, { ...event, mtime: 0n, uid: 0, gid: 0 });
      size = event.size;
    }
  }
  writePadding(write, size);
  writeEnd(write);
  return Buffer.concat(parts);
}
// #endregion

/** The members that these files would be. */
export function* membersOf(files: Files): Generator<TarEvent> {
  for (const [name, what] of Object.entries(files)) {
    if (typeof what === 'number') yield { ...member('directory', name), mode: what };
    else {
      yield { ...member('file', name), mode: 0o755, size: Buffer.byteLength(what) };
      if (what.length > 0) yield Buffer.from(what);
    }
  }
}

/** All below a directory, in the order of names. What is neither file, directory nor link is left out. */
export function* treeMembers(directory: string, below = ''): Generator<TarEvent> {
  for (const name of readdirSync(join(directory, below)).sort()) {
    const path = join(below, name);
    const stats = lstatSync(join(directory, path));
    const mode = stats.mode & 0o7777;
    if (stats.isSymbolicLink()) {
      yield { ...member('symbolic link', path), mode, linkName: readlinkSync(join(directory, path)) };
    } else if (stats.isDirectory()) {
      yield { ...member('directory', `${path}/`), mode };
      yield* treeMembers(directory, path);
    } else if (stats.isFile()) {
      yield { ...member('file', path), mode, size: stats.size };
      if (stats.size > 0) yield readFileSync(join(directory, path));
    }
  }
}

/** The names in an archive, in its order. */
export function namesIn(archive: Uint8Array): string[] {
  const events = [...new TarParser().push(archive)];
  return events.flatMap((event) => (event instanceof Uint8Array ? [] : [event.name]));
}

function member(type: TarType, name: string): TarEntry {
  return { type, name, linkName: '', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0n, attributes: new Map() };
}
