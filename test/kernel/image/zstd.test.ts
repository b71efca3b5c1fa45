import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decompressed } from '../../../src/image/codec/decompress.js';
import { needs } from '../../support/needs.js';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-zstd-'));
});
afterAll(() => rmSync(here, { recursive: true }));
beforeEach((test) => needs(test, 'zstd'));

/** As zstd(1) compresses it. */
function zstd(bytes: Buffer, ...options: string[]): Buffer {
  return execFileSync('zstd', ['-q', '-c', ...options], { input: bytes, maxBuffer: 2 ** 30 });
}

async function sumOf(bytes: Buffer): Promise<string> {
  writeFileSync(join(here, 'file'), bytes);
  const hash = createHash('sha256');
  for await (const part of decompressed(join(here, 'file'))) hash.update(part);
  return hash.digest('hex');
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('what zstd has compressed', () => {
  const mixed = Buffer.concat([
    Buffer.alloc(3_000_000, 'zeros'),
    readFileSync(process.execPath).subarray(0, 9_000_000),
  ]);

  it.each(['-1', '-12', '--long=27', '--no-check'])('comes back as it was: zstd %s', async (option) => {
    expect(await sumOf(zstd(mixed, option))).toBe(sha256(mixed));
  });

  it('may be nothing, several frames, or a byte', async () => {
    expect(await sumOf(zstd(Buffer.alloc(0)))).toBe(sha256(Buffer.alloc(0)));
    expect(await sumOf(Buffer.concat([zstd(Buffer.from('a')), zstd(Buffer.from('b'))]))).toBe(
      sha256(Buffer.from('ab')),
    );
  });

  it('is refused in words where it is damaged, or cut off, or wants more memory than anybody needs', async () => {
    const whole = zstd(mixed);
    await expect(sumOf(whole.subarray(0, whole.length / 2))).rejects.toThrow(
      /is damaged: zstd: unexpected end of file/,
    );
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1] = (flipped[whole.length >> 1] as number) ^ 0xff;
    await expect(sumOf(flipped)).rejects.toThrow(/is damaged: zstd: /);
    const bomb = zstd(Buffer.alloc(300_000_000), '--long=30', '--ultra', '-20', '--single-thread');
    expect(bomb.length).toBeLessThan(100_000);
    await expect(sumOf(bomb)).rejects.toThrow(/is damaged: zstd: .*[Ww]indow|too much memory/);
  });
});
