import { isIP as nodes } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isIP } from '../../../src/kernel/sockets/ip-address.js';

/** Words that addresses are made of, and some that they are not. */
const PARTS = [
  '0',
  '1',
  '10',
  '255',
  '256',
  '01',
  'ff',
  'FFFF',
  '12345',
  'g',
  '',
  ':',
  '::',
  '.',
  '%eth0',
  '%',
  ' ',
  '\n',
];

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) / 65_536;
  };
}

/** Most of them are nearly addresses. */
function texts(): string[] {
  const next = random(12);
  const pick = <T>(all: readonly T[]) => all[Math.floor(next() * all.length)] as T;
  return Array.from({ length: 50_000 }, () => {
    const separator = pick(['.', ':', ':', '']);
    const parts = Array.from({ length: 1 + Math.floor(next() * 9) }, () =>
      pick(next() < 0.8 ? PARTS.slice(0, 4) : PARTS),
    );
    return parts.join(separator) + (next() < 0.2 ? pick(['.1.2.3', ':1.2.3.4', '::', '%eth0']) : '');
  });
}

describe('an address', () => {
  it('is what node:net takes for one', () => {
    const all = texts();
    const found = all.filter((text) => isIP(text) !== nodes(text));
    expect(found).toEqual([]);
    for (const family of [0, 4, 6]) expect(all.filter((text) => isIP(text) === family).length).toBeGreaterThan(500);
  });

  it.each([
    ['127.0.0.1', 4],
    ['::', 6],
    ['::1', 6],
    ['::ffff:10.0.0.1', 6],
    ['1:2:3:4:5:6:7::', 6],
    ['1:2:3:4:5:6:1.2.3.4', 6],
    ['fe80::1%eth0', 6],
    ['1:2:3:4:5:6:7:1.2.3.4', 0],
    ['1::2::3', 0],
    [':::', 0],
    ['1.2.3', 0],
    ['1.2.3.4.5', 0],
    ['01.2.3.4', 0],
    ['1.2.3.4\n', 0],
    ['', 0],
  ])('%s is of family %d', (text, family) => {
    expect([isIP(text), nodes(text)]).toEqual([family, family]);
  });
});
