import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TarError } from '../../../src/tar/entry.js';
import { TarParser } from '../../../src/tar/parser.js';
import { hostileLayers } from '../../support/layers/hostile.js';
import { archive, member, pax } from '../../support/layers/raw-tar.js';
import { randomNumbers } from '../../support/random.js';

const FEATURES = [
  archive(member({ content: 'x'.repeat(1000) }), member({ name: 'd/', type: '5' }), member({ name: 'l', type: '2' })),
  archive(
    pax({ path: 'p'.repeat(300), mtime: '1.5', 'SCHILY.xattr.user.a': Buffer.of(0, 255, 10) }),
    member({ size: 0 }),
  ),
  archive(
    member({ type: 'L', content: `${'n'.repeat(200)}\0` }),
    member({ type: 'K', content: 'k\0' }),
    member({ type: '2' }),
  ),
  archive(member({ type: 'g', content: '14 comment=git\n' }), member({ content: 'a' })),
];
const LAYERS = [...hostileLayers('/outside').map(({ bytes }) => bytes), ...FEATURES].filter(
  ({ length }) => length < 2 ** 20,
);

/** What a parser yields, with content put together, or what it throws; as one text. */
function parsed(pieces: Iterable<Buffer>): string {
  const parser = new TarParser();
  const told: unknown[] = [];
  const hash = createHash('sha256');
  try {
    for (const piece of pieces) {
      for (const event of parser.push(piece)) {
        if (event instanceof Uint8Array) hash.update(event);
        else told.push({ ...event, attributes: [...event.attributes].map(String) }, hash.copy().digest('hex'));
      }
      // Whoever reads a stream may use the memory again.
      piece.fill(0xee);
    }
    parser.end();
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    told.push(error.message);
  }
  return JSON.stringify([told, hash.digest('hex')], (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

/** Copies, since what is pushed is overwritten. */
function cut(bytes: Buffer, size: number, first = size): Buffer[] {
  const starts = [0, ...Array.from({ length: Math.ceil((bytes.length - first) / size) }, (_, i) => first + i * size)];
  return starts.map((start, i) => Buffer.from(bytes.subarray(start, starts[i + 1])));
}

function overwritten(bytes: Buffer, { at, length, value }: { at: number; length: number; value: number }): Buffer {
  bytes.subarray(at, at + length).fill(value);
  return bytes;
}

/** With the checksum of the header at a place put right. */
function summed(bytes: Buffer, at: number): Buffer {
  const header = bytes.subarray(at, at + 512);
  if (header.length < 512) return bytes;
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

describe('an archive in pieces', () => {
  it('is the same whether it comes at once or byte by byte', () => {
    for (const bytes of LAYERS) expect(parsed(cut(bytes, 1))).toBe(parsed(cut(bytes, bytes.length + 1)));
  });

  it('is the same wherever it is cut', () => {
    for (const bytes of LAYERS.filter(({ length }) => length < 6000)) {
      const whole = parsed(cut(bytes, bytes.length + 1));
      for (let first = 1; first < bytes.length; first += 1 + (first >> 4)) {
        expect(parsed(cut(bytes, bytes.length, first))).toBe(whole);
      }
    }
  });

  it('is refused in words, or read, whatever was changed in it', () => {
    const numbers = randomNumbers(14);
    const random = (below: number) => Math.floor(numbers() * below);
    for (let turn = 0; turn < 1000; turn++) {
      const bytes = Buffer.from(LAYERS[random(LAYERS.length)] as Buffer);
      const at = random(bytes.length);
      const changed = [
        () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(600))]),
        () => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + random(600), random(256)), bytes.subarray(at)]),
        () => overwritten(bytes, { at, length: 1 + random(4), value: random(256) }),
        () => summed(overwritten(bytes, { at, length: 1 + random(4), value: random(256) }), at - (at % 512)),
      ][random(4)]?.() as Buffer;
      expect(parsed(cut(changed, 1 + random(700)))).toBe(parsed(cut(changed, changed.length + 1)));
    }
  });
});
