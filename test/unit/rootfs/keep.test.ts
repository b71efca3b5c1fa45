import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../src/rootfs/keep.js';

describe('the hash that names a root filesystem', () => {
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('is FNV-1a of 64 bits: %j', (text, hash) => {
    expect(fnv1a(text)).toBe(hash);
  });

  it('is the same as with whole numbers of any size', () => {
    const text = 'the root filesystem made of ünïcode and more than one block of text\n'.repeat(50);
    let slow = 0xcbf2_9ce4_8422_2325n;
    for (const byte of Buffer.from(text)) slow = BigInt.asUintN(64, (slow ^ BigInt(byte)) * 0x100_0000_01b3n);
    expect(fnv1a(text)).toBe(slow.toString(16).padStart(16, '0'));
  });
});
