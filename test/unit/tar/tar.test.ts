import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileTree } from '../../../src/kernel/files/file-tree.js';
import { BLOCK, type TarEntry, type TarType } from '../../../src/tar/entry.js';
import { Packing } from '../../../src/tar/pack.js';
import { encodePax, parsePax, parseTime, renderTime } from '../../../src/tar/pax.js';
import { TarReader } from '../../../src/tar/reader.js';
import { writeEnd, writeHeader, writePadding } from '../../../src/tar/writer.js';

const ENTRY: TarEntry = {
  type: 'file',
  name: 'file',
  linkName: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 1_700_000_000_000_000_000n,
  attributes: new Map(),
};
const LONG = `directory/${'n'.repeat(200)}`;

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-tar-'));
});
afterAll(() => rmSync(here, { recursive: true }));

/** An archive of entries, each with as many bytes as its size says. */
function archive(...entries: Partial<TarEntry>[]): Buffer {
  const parts: Buffer[] = [];
  const write = (bytes: Uint8Array) => parts.push(Buffer.from(bytes));
  for (const entry of entries) {
    writeHeader(write, { ...ENTRY, ...entry });
    write(Buffer.alloc(entry.size ?? 0, 'x'));
    writePadding(write, entry.size ?? 0);
  }
  writeEnd(write);
  return Buffer.concat(parts);
}

/** All members of an archive, and their contents; it comes in pieces of a few bytes, as a pipe may give them. */
function read(bytes: Buffer, most = 700): (TarEntry & { text: string })[] {
  let at = 0;
  const reader = new TarReader((into) => {
    const part = bytes.subarray(at, at + Math.min(into.length, most));
    into.set(part);
    at += part.length;
    return part.length;
  });
  const all: (TarEntry & { text: string })[] = [];
  for (let entry = reader.next(); entry; entry = reader.next()) {
    const text = Buffer.concat(Array.from(reader.content(), (part) => Buffer.from(part))).toString('latin1');
    all.push({ ...entry, text });
  }
  return all;
}

/** What GNU tar says of an archive of ours. */
function listed(bytes: Buffer): string {
  const { stdout, stderr, status } = spawnSync('tar', ['tvf', '-', '--numeric-owner', '--full-time', '--utc'], {
    input: bytes,
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C' },
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

describe('an archive that is written', () => {
  it.each(['file', 'directory', 'symbolic link', 'hard link'] as const)(
    'has, byte for byte, what GNU tar writes of a %s',
    (type) => {
      const directory = mkdtempSync(join(here, 'golden-'));
      const names = makeOne(directory, type);
      const args = ['--format=ustar', '--numeric-owner', '--owner=7', '--group=8', '--mode=640', '--mtime=@1700000000'];
      const theirs = execFileSync('tar', ['cf', '-', '-b1', '--no-recursion', ...args, ...names], { cwd: directory });
      const file = { name: 'file', size: 3, mode: 0o640, uid: 7, gid: 8 };
      const last = { type, name: names[1] ?? 'file', linkName: type.endsWith('link') ? 'file' : '', size: 0 };
      const name = type === 'directory' ? `${last.name}/` : last.name;
      const ours = type === 'file' ? archive(file) : archive(file, { ...file, ...last, name });
      expect(ours.equals(theirs)).toBe(true);
    },
  );

  it('is read by GNU tar: long names, names that are no UTF-8, times before 1970 and after 2242, owners and sizes that do not fit', () => {
    const text = listed(
      archive(
        { name: LONG, mtime: 1_700_000_000_123_456_789n },
        { name: 'caf\udce9', uid: 4_000_000, gid: 3_000_000 },
        { name: `\udcff${'b'.repeat(150)}`, mtime: -2_000_000_000n },
        { name: 'link', type: 'symbolic link', linkName: LONG, mtime: 10n ** 10n * 10n ** 9n },
        { name: 'hard', type: 'hard link', linkName: LONG },
      ),
    );
    expect(text.split('\n').slice(0, -1)).toEqual([
      expect.stringMatching(new RegExp(`^-rw-r--r-- 0/0 +0 2023-11-14 22:13:20.123456789 ${LONG}$`)),
      expect.stringMatching(/^-rw-r--r-- 4000000\/3000000 +0 2023-11-14 22:13:20 +caf\\351$/),
      expect.stringMatching(/^-rw-r--r-- 0\/0 +0 1969-12-31 23:59:58 +\\377b{150}$/),
      expect.stringMatching(new RegExp(`^lrw-r--r-- 0/0 +0 2286-11-20 17:46:40 +link -> ${LONG}$`)),
      expect.stringMatching(new RegExp(`^hrw-r--r-- 0/0 +0 2023-11-14 22:13:20 +hard link to ${LONG}$`)),
    ]);
  });

  it('says in an extended header what size does not fit: 8 GiB and more', () => {
    const parts: Buffer[] = [];
    writeHeader((bytes) => parts.push(Buffer.from(bytes)), { ...ENTRY, size: 2 ** 33 });
    expect(Buffer.concat(parts).toString('latin1')).toContain(`19 size=${2 ** 33}\n`);
    expect(Buffer.concat(parts).length).toBe(3 * BLOCK);
  });

  it('has each file once that has several names, and all of a tree that GNU tar has', () => {
    const tree = join(here, 'tree');
    mkdirSync(join(tree, 'sub'), { recursive: true });
    writeFileSync(join(tree, 'a'), 'text');
    linkSync(join(tree, 'a'), join(tree, 'sub/b'));
    symlinkSync('../a', join(tree, 'sub/link'));
    utimesSync(join(tree, 'a'), 1e9, 1e9);
    using files = new FileTree();
    const parts: Buffer[] = [];
    const packing = new Packing((bytes) => parts.push(Buffer.from(bytes)));
    packing.add(files.locate(tree), 'tree');
    packing.end();
    const theirs = execFileSync('tar', ['cf', '-', '--format=pax', '--sort=name', 'tree'], { cwd: here });
    const what = (entry: TarEntry) => ({ ...entry, mtime: entry.mtime / 1_000_000n });
    expect(read(Buffer.concat(parts)).map(what)).toEqual(read(theirs).map(what));
    expect(read(theirs).map(({ type }) => type)).toContain('hard link');
  });
});

function makeOne(directory: string, type: TarType): string[] {
  const path = (name: string) => join(directory, name);
  writeFileSync(path('file'), 'xxx');
  if (type === 'directory') mkdirSync(path('dir'));
  else if (type === 'symbolic link') symlinkSync('file', path('other'));
  else if (type === 'hard link') linkSync(path('file'), path('other'));
  else return ['file'];
  return ['file', type === 'directory' ? 'dir' : 'other'];
}

describe('an archive that is read', () => {
  it.each(['v7', 'oldgnu', 'gnu', 'ustar', 'pax'])('says what GNU tar wrote as %s', (format) => {
    const directory = mkdtempSync(join(here, 'read-'));
    const name = format === 'v7' ? 'n'.repeat(90) : `${'d'.repeat(90)}/${'n'.repeat(90)}`;
    mkdirSync(join(directory, 'd'.repeat(90)));
    writeFileSync(join(directory, name), 'content\n'.repeat(1000));
    symlinkSync('n'.repeat(99), join(directory, 'link'));
    const args = ['--owner=:12', '--group=:34', '--mode=4751', '--mtime=@1700000000'];
    const bytes = execFileSync('tar', ['cf', '-', `--format=${format}`, ...args, name, 'link'], { cwd: directory });
    const both = { mode: 0o4751, uid: 12, gid: 34, mtime: ENTRY.mtime };
    expect(read(bytes)).toMatchObject([
      { ...both, type: 'file', name, size: 8000, text: 'content\n'.repeat(1000) },
      { ...both, type: 'symbolic link', name: 'link', linkName: 'n'.repeat(99) },
    ]);
  });

  it('says what GNU tar wrote of large numbers, in binary and in words', () => {
    for (const format of ['gnu', 'pax']) {
      const args = ['--owner=:4000000000', '--mtime=1901-01-01 UTC', `--format=${format}`, '-T/dev/null'];
      writeFileSync(join(here, 'one'), '');
      const bytes = execFileSync('tar', ['cf', '-', ...args, 'one'], { cwd: here });
      expect(read(bytes)).toMatchObject([{ uid: 4_000_000_000, mtime: -2_177_452_800_000_000_000n }]);
    }
  });

  it('keeps extended attributes, which may have any bytes', () => {
    const value = Buffer.from([0, 1, 0x0a, 0xff, 0x3d]);
    const [entry] = read(archive({ attributes: new Map([['security.capability', value]]) }));
    expect(entry?.attributes).toEqual(new Map([['security.capability', value]]));
  });

  it('may be empty, or end without the blocks of zeros', () => {
    expect(read(Buffer.alloc(0))).toEqual([]);
    expect(read(archive({ name: 'a' }).subarray(0, BLOCK))).toMatchObject([{ name: 'a' }]);
  });

  it('passes over headers for all, and content that nobody asked for', () => {
    const bytes = archive({ name: 'comment', size: 52 }, { name: 'a', size: 2000 }, { name: 'b' });
    bytes.write('g', 156);
    withSum(bytes);
    const reader = new TarReader(streamOf(bytes));
    expect([reader.next()?.name, reader.next()?.name, reader.next()]).toEqual(['a', 'b', undefined]);
  });

  it.each([
    ['random bytes', Buffer.alloc(BLOCK, 'no archive '), /^invalid tar header: its checksum is no number$/],
    ['a gzip file', Buffer.from('1f8b0800', 'hex'), /^the archive is compressed with gzip$/],
    ['half a header', archive({}).subarray(0, 100), /^unexpected EOF/],
    ['half a file', archive({ size: 1000 }).subarray(0, 1024), /^unexpected EOF/],
    ['a size of 2^62', sized([0x80, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]), /claims to have 4611686018427388000 bytes/],
    [
      'a size below 0',
      sized([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      /claims to have -1 bytes/,
    ],
    ['a size that is no number', sized([...Buffer.from('12x4')]), /its size is no number/],
    ['an extended header of 2 MiB', typed('x', { size: 2 ** 21 }), /2097152 bytes of extended header/],
    ['a damaged extended header', typed('x', { size: 20 }), /a record of an extended header \(pax\) is damaged/],
    ['a file with holes', typed('S'), /^"file" is a file with holes/],
    ['an unknown type', typed('Z'), /^"file" is of the unknown type "Z"/],
    ['a NUL in a name', archive({ name: 'a\0b' }), /a name with a NUL/],
    ['the owner that is none', archive({ uid: 0xffff_ffff }), /claims to belong to 4294967295/],
  ])('is refused where it is %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });
});

function streamOf(bytes: Buffer) {
  let at = 0;
  return (into: Uint8Array) => {
    const part = bytes.subarray(at, at + into.length);
    into.set(part);
    at += part.length;
    return part.length;
  };
}

function sized(field: number[]): Buffer {
  const bytes = archive({});
  Buffer.from(field).copy(bytes, 124);
  return withSum(bytes);
}

function typed(type: string, entry: Partial<TarEntry> = {}): Buffer {
  const bytes = archive(entry);
  bytes.write(type, 156);
  return withSum(bytes);
}

/** Puts the checksum of the first header right. */
function withSum(bytes: Buffer): Buffer {
  bytes.write('        ', 148);
  const sum = bytes.subarray(0, BLOCK).reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

describe('records of an extended header', () => {
  it('count the digits of their own length', () => {
    const lengths = [1, 93, 94, 95, 96, 992, 993, 994].map((length) =>
      encodePax(new Map([['a', Buffer.alloc(length, 'v')]])),
    );
    for (const record of lengths) expect(Number.parseInt(record.toString(), 10)).toBe(record.length);
    expect(parsePax(lengths[2] as Buffer).get('a')).toHaveLength(94);
  });

  it.each(['0', '1700000000.123456789', '-1.5', '-0.000000001', '10000000000'])('say the time %s', (text) => {
    expect(renderTime(parseTime(text) as bigint)).toBe(text);
  });

  it.each(['', 'now', '1e9', '1.x', '9'.repeat(41)])('say no time with %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
