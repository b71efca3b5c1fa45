/** The header of a member: one block of fields, at fixed places (POSIX.1-2017, pax; GNU tar's manual, "Basic Tar Format"). */

import { textOf } from '../kernel/files/file-names.js';
import { BLOCK, shownName, TarError } from './entry.js';

/** Offset and length of each field, in bytes. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  devMajor: [329, 8],
  devMinor: [337, 8],
  prefix: [345, 155],
} as const;

type Field = keyof typeof FIELDS;

/** What a header says, before extended headers add to it. */
export interface Header {
  readonly type: string;
  readonly name: Buffer;
  readonly linkName: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly device?: readonly [major: number, minor: number];
}

/** Whether a header has room for a name, or for a number. */
export function fits(field: Field, value: Buffer | number): boolean {
  const [, length] = FIELDS[field];
  if (typeof value !== 'number') return value.length <= length && !value.includes(0);
  return value >= 0 && value < 8 ** (length - 1);
}

/** The block of a header. What does not fit is cut off, or 0: an extended header has it. */
export function encodeHeader(header: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (field: Field, value: string | Buffer) => {
    const [start, length] = FIELDS[field];
    Buffer.from(value).copy(block, start, 0, length);
  };
  for (const field of ['mode', 'uid', 'gid', 'size', 'mtime'] as const) put(field, octal(field, header[field]));
  for (const field of ['name', 'linkName', 'type'] as const) put(field, header[field]);
  put('magic', 'ustar\x0000');
  for (const [i, field] of DEVICE.entries()) put(field, octal(field, header.device?.[i] ?? 0));
  put('checksum', `${sumOf(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}

const DEVICE = ['devMajor', 'devMinor'] as const;

function octal(field: Field, value: number): string {
  const [, length] = FIELDS[field];
  return (fits(field, value) ? value : 0).toString(8).padStart(length - 1, '0');
}

/** Throws TarError where a block is no header. */
export function parseHeader(block: Buffer): Header {
  const sum = numberIn(block, 'checksum');
  if (sum !== sumOf(block) && sum !== signedSumOf(block)) throw new TarError('invalid tar header');
  const numbers = { mode: numberIn(block, 'mode'), uid: numberIn(block, 'uid'), gid: numberIn(block, 'gid') };
  const isPosix = slice(block, 'magic').toString('latin1', 0, 6) === 'ustar\0';
  const isDevice = '34'.includes(slice(block, 'type').toString('latin1'));
  const prefix = isPosix ? nameIn(block, 'prefix') : Buffer.alloc(0);
  const name = nameIn(block, 'name');
  return {
    ...numbers,
    type: slice(block, 'type').toString('latin1'),
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    linkName: nameIn(block, 'linkName'),
    size: sizeOf(textOf(name), numberIn(block, 'size')),
    mtime: numberIn(block, 'mtime'),
    // The name of another field lies there in what GNU tar calls oldgnu: only of devices these are numbers.
    ...(isDevice ? { device: [numberIn(block, 'devMajor'), numberIn(block, 'devMinor')] } : {}),
  };
}

/** A size is added up and counted down: it must be exact. Throws TarError. */
export function sizeOf(name: string, size: number): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new TarError(`invalid tar header: ${shownName(name)} claims to have ${size} bytes`);
}

function slice(block: Buffer, field: Field): Buffer {
  const [start, length] = FIELDS[field];
  return block.subarray(start, start + length);
}

/** Up to the first NUL: a name that fills its field has none. */
function nameIn(block: Buffer, field: Field): Buffer {
  const bytes = slice(block, field);
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/**
 * Octal digits, up to a NUL, after whatever NULs and spaces: Go's archive/tar reads them so, and old archives have such. Or, where the first bit
 * is set, binary in two's complement, as GNU tar has it.
 */
function numberIn(block: Buffer, field: Field): number {
  const bytes = slice(block, field);
  if ((bytes[0] as number) & 0x80) return binary(bytes);
  const [, digits = ''] = /^[\0 ]*([^\0]*?) *(?:\0|$)/.exec(bytes.toString('latin1')) ?? [];
  if (!/^[0-7]*$/.test(digits)) throw new TarError(`invalid tar header: its ${field} is no number`);
  return Number.parseInt(digits || '0', 8);
}

/** The bit that says so is none of the number; the next is its sign. */
function binary(bytes: Buffer): number {
  const bits = 8 * bytes.length - 1;
  return Number(BigInt.asIntN(bits, BigInt(`0x${bytes.toString('hex')}`)));
}

/** All bytes, those of the checksum as spaces. */
function sumOf(block: Buffer): number {
  return sum(block, (byte) => byte);
}

/** As some old programs counted, with bytes above 127 below 0. */
function signedSumOf(block: Buffer): number {
  return sum(block, (byte) => (byte << 24) >> 24);
}

function sum(block: Buffer, worth: (byte: number) => number): number {
  const [start, length] = FIELDS.checksum;
  let all = 0x20 * length;
  for (let i = 0; i < block.length; i++) if (i < start || i >= start + length) all += worth(block[i] as number);
  return all;
}
