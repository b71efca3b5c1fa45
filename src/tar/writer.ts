import { bytesOf } from '../kernel/files/file-names.js';
import { BLOCK, padding, type TarEntry, TYPES } from './entry.js';
import { encodeHeader, fits, type Header } from './header.js';
import { ATTRIBUTE, encodePax, type PaxRecords, renderTime } from './pax.js';

/** Takes all of some bytes, and does not keep them. */
export type Write = (bytes: Uint8Array) => void;

const SECOND = 1_000_000_000n;

/** Writes the header of a member; what does not fit into it into an extended header before it. */
export function writeHeader(write: Write, entry: TarEntry): void {
  const header = headerOf(entry);
  const records = recordsOf(entry, header);
  if (records.size > 0) {
    const body = encodePax(records);
    write(encodeHeader({ ...header, name: PAX_NAME, linkName: NONE, mode: 0o644, type: 'x', size: body.length }));
    write(body);
    writeZeros(write, padding(body.length));
  }
  write(encodeHeader(header));
}

/** What a program shows that knows no extended headers. */
const PAX_NAME = Buffer.from('PaxHeaders/0');
const NONE = Buffer.alloc(0);

/** Writes what fills the last block of some content. */
export function writePadding(write: Write, size: number): void {
  writeZeros(write, padding(size));
}

/** Writes the end of an archive: two blocks of zeros. */
export function writeEnd(write: Write): void {
  writeZeros(write, 2 * BLOCK);
}

export function writeZeros(write: Write, length: number): void {
  for (let left = length; left > 0; left -= ZEROS.length) write(ZEROS.subarray(0, left));
}

const ZEROS = new Uint8Array(1 << 16);

function headerOf({ type, name, linkName, mode, uid, gid, size, mtime, device = NO_DEVICE }: TarEntry): Header {
  const [flag = ''] = Object.entries(TYPES).find(([, one]) => one === type) ?? [];
  const seconds = Number((mtime - (((mtime % SECOND) + SECOND) % SECOND)) / SECOND);
  return { type: flag, name: bytesOf(name), linkName: bytesOf(linkName), mode, uid, gid, size, mtime: seconds, device };
}

const NO_DEVICE = [0, 0] as const;

function recordsOf({ mtime, attributes }: TarEntry, header: Header): PaxRecords {
  const records: PaxRecords = new Map();
  if (!fits('name', header.name)) records.set('path', header.name);
  if (!fits('linkName', header.linkName)) records.set('linkpath', header.linkName);
  for (const field of ['uid', 'gid', 'size'] as const) {
    if (!fits(field, header[field])) records.set(field, Buffer.from(`${header[field]}`));
  }
  if (mtime % SECOND !== 0n || !fits('mtime', header.mtime)) records.set('mtime', Buffer.from(renderTime(mtime)));
  for (const [name, value] of attributes) records.set(ATTRIBUTE + name, Buffer.from(value));
  return records;
}
