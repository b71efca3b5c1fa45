import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codecOf, decompressed } from '../../../src/image/codec/decompress.js';
import { needs } from '../../support/needs.js';

let here = '';
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-decompress-'));
});
afterEach(() => rmSync(here, { recursive: true }));

async function plain(bytes: Buffer, kind?: 'layer' | 'archive'): Promise<string> {
  writeFileSync(join(here, 'file'), bytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of decompressed(join(here, 'file'), kind)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const gzip = (text: string) => gzipSync(Buffer.from(text));
const LONG = 'layers '.repeat(100_000);

describe('what gzip has compressed', () => {
  it.each([
    ['one member', gzip(LONG), LONG],
    ['two members', Buffer.concat([gzip(LONG), gzip('b')]), `${LONG}b`],
    ['an empty member between two', Buffer.concat([gzip('a'), gzip(''), gzip('b')]), 'ab'],
    ['zeros behind', Buffer.concat([gzip('a'), Buffer.alloc(1000)]), 'a'],
    ['a mebibyte of zeros behind', Buffer.concat([gzip(LONG), Buffer.alloc(1 << 20)]), LONG],
    ['nothing', gzip(''), ''],
  ])('comes back: %s', async (_, bytes, text) => {
    expect(await plain(bytes)).toBe(text);
  });

  const spoilt = (at: number) => {
    const bytes = gzip(LONG);
    bytes.writeUInt8(bytes.readUInt8(bytes.length + at) ^ 1, bytes.length + at);
    return bytes;
  };

  it.each([
    ['cut off', gzip(LONG).subarray(0, 500), /is damaged: gzip: unexpected end of file/],
    ['without its end', gzip(LONG).subarray(0, -8), /is damaged: gzip: unexpected end of file/],
    ['of a wrong checksum', spoilt(-8), /is damaged: gzip: incorrect data check/],
    ['of a wrong length', spoilt(-4), /is damaged: gzip: incorrect length check/],
    [
      'a second member cut off',
      Buffer.concat([gzip('a'), gzip('b').subarray(0, 12)]),
      /is damaged: gzip: unexpected end/,
    ],
    ['of another method', Buffer.from('1f8b0700000000000003', 'hex'), /is damaged: gzip: unknown compression method/],
    ['garbage behind', Buffer.concat([gzip(LONG), Buffer.from('garbage')]), /is damaged: gzip: incorrect header check/],
    ['two bytes', Buffer.from('1f8b', 'hex'), /is damaged: gzip: unexpected end of file/],
  ])('is refused in words: %s', async (_, bytes, words) => {
    await expect(plain(bytes)).rejects.toThrow(words);
  });
});

describe('what is not compressed', () => {
  it.each([
    ['', ''],
    ['a', 'a'],
    [LONG, LONG],
  ])('comes as it is', async (text, expected) => {
    expect(await plain(Buffer.from(text))).toBe(expected);
  });
});

describe('what zstd has compressed', () => {
  beforeEach((test) => needs(test, 'zstd'));
  const zstd = (text: string, ...options: string[]) => execFileSync('zstd', ['-qc', ...options], { input: text });
  const skipped = Buffer.concat([Buffer.from('5e2a4d1804000000', 'hex'), Buffer.from('skip')]);

  it('may have frames that are skipped, and frames that say no size', async () => {
    expect(codecOf(skipped)).toBe('zstd');
    const frames = [skipped, zstd('a'), skipped, zstd(LONG, '--no-content-size'), skipped];
    expect(await plain(Buffer.concat(frames))).toBe(`a${LONG}`);
    expect(await plain(skipped)).toBe('');
  });

  it('is refused in words where it is cut off, or has something behind it', async () => {
    await expect(plain(zstd(LONG).subarray(0, -1))).rejects.toThrow(/is damaged: zstd: /);
    await expect(plain(Buffer.concat([zstd('a'), Buffer.from('garbage')]))).rejects.toThrow(/is damaged: zstd: /);
    await expect(plain(skipped.subarray(0, 10))).rejects.toThrow(/is damaged: zstd: unexpected end of file/);
  });
});

describe('what xz and bzip2 have compressed', () => {
  it.each(['xz', 'bzip2'])('comes back from an archive, and is refused in a layer: %s', async (program) => {
    const bytes = execFileSync(program, ['-c'], { input: LONG });
    expect(await plain(bytes, 'archive')).toBe(LONG);
    await expect(plain(bytes)).rejects.toThrow(`the layer is compressed with ${program}`);
    await expect(plain(bytes.subarray(0, bytes.length / 2), 'archive')).rejects.toThrow(`is damaged: ${program}: `);
  });

  it('is refused where it wants more memory than xz ever does', async () => {
    const bytes = execFileSync('xz', ['-c', '--lzma2=dict=512MiB'], { input: 'x' });
    await expect(plain(bytes, 'archive')).rejects.toThrow(/is damaged: xz: .*[Mm]emory usage limit/);
  });
});
