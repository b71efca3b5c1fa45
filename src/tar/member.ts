/** What the headers of a member say together: its own, and the extended one before it. */

import { textOf } from '../kernel/files/file-names.js';
import { literal } from '../kernel/render.js';
import { shownName, type TarEntry, TarError, type TarType, TYPES } from './entry.js';
import { type Header, sizeOf } from './header.js';
import { attributesIn, type PaxRecords, parseTime } from './pax.js';

/** Throws TarError where they contradict each other, or say what no file can be. */
export function entryOf(header: Header, records: PaxRecords): TarEntry {
  const name = nameOf(recordOf(records, 'path') ?? header.name);
  const type = typeOf(hasHoles(records) ? 'S' : header.type, name);
  const number = (key: 'uid' | 'gid' | 'size') => numberOf(name, key, recordOf(records, key)) ?? header[key];
  if (type === 'directory' && header.type !== '5') refuseContent(name, number('size'));
  return {
    type,
    name,
    linkName: type.endsWith('link') ? nameOf(recordOf(records, 'linkpath') ?? header.linkName) : '',
    mode: header.mode & 0o7777,
    uid: idOf(name, number('uid')),
    gid: idOf(name, number('gid')),
    // Links may have a size in old archives, and no content: Go's archive/tar reads them so.
    size: type === 'file' ? sizeOf(name, number('size')) : 0,
    mtime: timeOf(name, recordOf(records, 'mtime')) ?? BigInt(header.mtime) * 1_000_000_000n,
    attributes: attributesOf(name, records),
    ...(header.device ? { device: deviceOf(name, header.device) } : {}),
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
  throw new TarError(`invalid tar header: a name with a NUL in it: ${shownName(textOf(bytes))}`);
}

/** The last 32-bit number means "no change" to chown(2). Throws TarError. */
function idOf(name: string, id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 0xffff_ffff) return id;
  throw new TarError(`invalid tar header: ${shownName(name)} claims to belong to ${id}`);
}

/** A major number has 12 bits, and a minor 20 (kdev_t.h): with more it would be another device. Throws TarError. */
function deviceOf(name: string, device: NonNullable<Header['device']>): NonNullable<Header['device']> {
  const most = [0xfff, 0xfffff] as const;
  if (device.every((number, i) => number >= 0 && number <= (most[i] as number))) return device;
  const range = `0:0 to ${most.join(':')}`;
  throw new TarError(
    `invalid tar header: ${shownName(name)} is the device ${device.join(':')}, and Linux has ${range}`,
  );
}

/** Some programs pass over it, and others read headers in it: what is in such an archive depends on who reads. */
function refuseContent(name: string, size: number): void {
  if (size !== 0) throw new TarError(`${shownName(name)} is a directory, and has ${size} bytes of content`);
}

/** The kernel would take what stands before a NUL for the whole name of an attribute. */
function attributesOf(name: string, records: PaxRecords): ReadonlyMap<string, Uint8Array> {
  const attributes = attributesIn(records);
  const wrong = [...attributes.keys()].find((one) => one.includes('\0'));
  if (wrong === undefined) return attributes;
  throw new TarError(`invalid tar header: ${shownName(name)} has the attribute ${shownName(wrong)}, which is no name`);
}

function timeOf(name: string, value: Buffer | undefined): bigint | undefined {
  if (value === undefined) return undefined;
  return parseTime(value.toString('latin1')) ?? refuseRecord(name, 'mtime', value);
}

function numberOf(name: string, key: string, value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined;
  const text = value.toString('latin1');
  return /^\d+$/.test(text) ? Number(text) : refuseRecord(name, key, value);
}

function refuseRecord(name: string, key: string, value: Buffer): never {
  const text = shownName(textOf(value));
  throw new TarError(`invalid tar header: ${shownName(name)} claims to have the ${key} ${text}`);
}

/** Old archives have a NUL for a file, and a slash behind a directory's name; `7` is a file that is to be in one piece. */
function typeOf(flag: string, name: string): TarType {
  if (['0', '\0', '7'].includes(flag)) return name.endsWith('/') ? 'directory' : 'file';
  if (Object.hasOwn(TYPES, flag)) return TYPES[flag as keyof typeof TYPES];
  const what = flag === 'S' ? 'a file with holes, as tar -S writes it' : `of the unknown type ${literal(flag)}`;
  throw new TarError(
    `${shownName(name)} is ${what}`,
    'Allowed: files, directories, links. tar --format=pax writes them.',
  );
}
