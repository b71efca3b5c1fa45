import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Entry, Source } from '../../rootfs/entry.js';
import type { TarEntry, TarType } from '../../tar/entry.js';
import { writeEnd, writeHeader, writePadding, writeZeros } from '../../tar/writer.js';
import type { Digest } from '../digest.js';
import { type Ingest, openIngest } from '../store/ingest.js';

/** A layer that is kept as a blob: its digest, and so its diff ID, since it is not compressed. */
export interface KeptLayer {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970: when the last of its files was changed. */
  readonly changed: number;
}

/** Writes what a source plans, but not what layers below have, as an archive into the store. The same files give the same bytes. */
export function keepLayer(source: Source, lower: readonly Source[]): KeptLayer {
  const below = new Set(lower.flatMap((one) => one.plan()).map(({ path }) => path));
  using ingest = openIngest();
  let changed = 0;
  for (const entry of source.plan()) {
    if (below.has(entry.path)) continue;
    changed = Math.max(changed, entry.kind === 'copy' ? copy(ingest, entry) : add(ingest, entry));
  }
  writeEnd((bytes) => ingest.write(bytes));
  const size = ingest.offset;
  return { digest: ingest.commit(), size, changed };
}

/** Links, directories and texts of ours are as old as Unix. */
function add(ingest: Ingest, entry: Exclude<Entry, { kind: 'copy' }>): number {
  const write = (bytes: Uint8Array) => ingest.write(bytes);
  if (entry.kind === 'directory') writeHeader(write, { ...member('directory', `${entry.path}/`), mode: entry.mode });
  else if (entry.kind === 'symlink')
    writeHeader(write, { ...member('symbolic link', entry.path), linkName: entry.target, mode: 0o777 });
  else {
    const text = Buffer.from(entry.text);
    writeHeader(write, { ...member('file', entry.path), mode: entry.mode, size: text.length });
    write(text);
    writePadding(write, text.length);
  }
  return 0;
}

/** As {@link add}, for a file of the host: no setuid bit, and no owner, comes along. */
function copy(ingest: Ingest, { path, from }: Extract<Entry, { kind: 'copy' }>): number {
  const write = (bytes: Uint8Array) => ingest.write(bytes);
  const fd = openSync(from, 'r');
  try {
    const { mode, size, mtimeMs } = fstatSync(fd);
    const mtime = BigInt(Math.floor(mtimeMs / 1000)) * 1_000_000_000n;
    writeHeader(write, { ...member('file', path), mode: mode & 0o111 ? 0o755 : 0o644, size, mtime });
    let left = size;
    for (let count = read(fd, left); count > 0; count = read(fd, left)) {
      write(BUFFER.subarray(0, count));
      left -= count;
    }
    // It may have become shorter: an archive has as many bytes as its header says.
    writeZeros(write, left);
    writePadding(write, size);
    return mtimeMs;
  } finally {
    closeSync(fd);
  }
}

function read(fd: number, most: number): number {
  return readSync(fd, BUFFER, 0, Math.min(BUFFER.length, most), null);
}

const BUFFER = Buffer.alloc(1 << 20);

function member(type: TarType, path: string): TarEntry {
  const name = path.replace(/^\//, '');
  return { type, name, linkName: '', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0n, attributes: NONE };
}

const NONE: ReadonlyMap<string, Uint8Array> = new Map();
