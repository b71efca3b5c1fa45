import { describe, expect, it } from 'vitest';
import {
  canonical,
  encloses,
  holds,
  meet,
  nth,
  parsePrefix,
  placeOf,
  prefixOf,
  prefixText,
  sizeOf,
} from '../../../src/network/prefix.js';

const net = prefixOf;

describe('a network of addresses', () => {
  it.each([
    ['0.0.0.0/0', '0.0.0.0/0', 2n ** 32n],
    ['128.1.2.3/1', '128.0.0.0/1', 2n ** 31n],
    ['172.30.255.255/17', '172.30.128.0/17', 2n ** 15n],
    ['10.0.0.1/32', '10.0.0.1/32', 1n],
    ['fd00:0:0:7::9/64', 'fd00:0:0:7::/64', 2n ** 64n],
    ['::1/128', '::1/128', 1n],
    ['ffff::/0', '::/0', 2n ** 128n],
  ])('of %s is %s', (text, plain, size) => {
    expect(prefixText(net(text))).toBe(plain);
    expect(sizeOf(net(text))).toBe(size);
  });

  it.each([
    ...['', '10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/8 ', '/8'],
    ...['fd00::/129', 'fe80::%eth0/64', '10.0.0.0/0x8', '010.0.0.0/8', 'a/8'],
  ])('is none of %j', (text) => expect(parsePrefix(text)).toBeUndefined());

  it('has its addresses by number, in both families', () => {
    expect([0n, 1n, 256n, 65_535n].map((n) => nth(net('172.30.0.0/16'), n))).toEqual([
      ...['172.30.0.0', '172.30.0.1', '172.30.1.0', '172.30.255.255'],
    ]);
    expect(nth(net('fd00::/64'), 0x1_0002n)).toBe('fd00::1:2');
    expect(placeOf(net('172.30.0.0/16'), '172.30.1.0')).toBe(256n);
  });

  it('holds what begins with its bits, and nothing of the other family', () => {
    expect(holds(net('172.30.0.0/16'), '172.30.255.255')).toBe(true);
    expect(holds(net('172.30.0.0/16'), '172.31.0.0')).toBe(false);
    expect(holds(net('172.30.0.0/16'), '172.29.255.255')).toBe(false);
    expect(holds(net('::/0'), '10.0.0.1')).toBe(false);
    expect(holds(net('0.0.0.0/0'), '::1')).toBe(false);
  });

  it('meets another where one lies in the other', () => {
    expect(meet(net('10.0.0.0/8'), net('10.9.0.0/16'))).toBe(true);
    expect(meet(net('10.9.0.0/16'), net('10.0.0.0/8'))).toBe(true);
    expect(meet(net('10.9.0.0/16'), net('10.10.0.0/16'))).toBe(false);
    expect(meet(net('0.0.0.0/0'), net('::/0'))).toBe(false);
    expect(encloses(net('10.0.0.0/8'), net('10.9.0.0/16'))).toBe(true);
    expect(encloses(net('10.9.0.0/16'), net('10.0.0.0/8'))).toBe(false);
  });

  it('has one text for each address', () => expect(canonical('fd00:0:0::0001')).toBe('fd00::1'));
});
