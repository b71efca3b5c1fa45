/** What the headers of a member say together: its own, and the extended one before it. */

import { textOf } from '../kernel/files/file-names.js';
import { type TarEntry, TarError, type TarType, TYPES } from './entry.js';
import { type Header, sizeOf } from './header.js';
import { attributesIn, type PaxRecords, parseTime } from './pax.js';

/** Throws TarError where they contradict each other, or say what no file can be. */
export function entryOf(header: Header, records: PaxRecords): TarEntry {
  const name = nameOf(recordOf(records, 'path') ?? header.name);
  const type = typeOf(hasHoles(records) ? 'S' : header.type, name);
  const number = (key: 'uid' | 'gid' | 'size') => numberOf(name, key, recordOf(records, key)) ?? header[key];
  return {
    type,
    name,
    linkName: type.endsWith('link') ? nameOf(recordOf(records, 'linkpath') ?? header.linkName) : '',
    mode: header.mode & 0o7777,
    uid: idOf(name, number('uid')),
    gid: idOf(name, number('gid')),
    // Links may have a size in old archives, and no content: Go's archive/tar reads them so.
    size: type === 'file' ? sizeOf(name, number('size')) : 0,
    mtime: parseTime(records.get('mtime')?.toString() ?? '') ?? BigInt(header.mtime) * 1_000_000_000n,
    attributes: attributesIn(records),
    ...(header.device ? { device: header.device } : {}),
  };
}

/** A record without a value takes away what another said (POSIX.1-2017, pax). */
function recordOf(records: PaxRecords, key: string): Buffer | undefined {
  const value = records.get(key);
  return value?.length ? value : undefined;
}

function hasHoles(records: PaxRecords): boolean {
  return [...records.keys()].some((key) => key.startsWith('GNU.sparse.'));
}

/** The kernel would take what stands before a NUL for the whole name. */
function nameOf(bytes: Buffer): string {
  if (!bytes.includes(0)) return textOf(bytes);
  throw new TarError('invalid tar header: a name with a NUL in it');
}

/** The last 32-bit number means "no change" to chown(2). Throws TarError. */
function idOf(name: string, id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 0xffff_ffff) return id;
  throw new TarError(`invalid tar header: ${name} claims to belong to ${id}`);
}

function numberOf(name: string, key: string, value: Buffer | undefined): number | undefined {
  const text = value?.toString('latin1');
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new TarError(`invalid tar header: ${name} claims to have the ${key} ${JSON.stringify(text)}`);
}

/** Old archives have a NUL for a file, and a slash behind a directory's name; `7` is a file that is to be in one piece. */
function typeOf(flag: string, name: string): TarType {
  if (['0', '\0', '7'].includes(flag)) return name.endsWith('/') ? 'directory' : 'file';
  if (Object.hasOwn(TYPES, flag)) return TYPES[flag as keyof typeof TYPES];
  const what = flag === 'S' ? 'a file with holes, as tar -S writes it' : `of the unknown type ${JSON.stringify(flag)}`;
  throw new TarError(`${name} is ${what}`, 'Allowed: files, directories, links. tar --format=pax writes them.');
}
