import { describe, expect, it } from 'vitest';
import { checkMap, idInside, idOutside, maySetGroups } from '../../../src/oci/id-maps.js';
import { parseIdMap } from '../../../src/procfs/id-maps.js';

const MAP = [
  { containerID: 0, hostID: 1000, size: 1 },
  { containerID: 1, hostID: 100_000, size: 65_536 },
];

function refusal(map: Parameters<typeof checkMap>[1]): string {
  try {
    checkMap('uids', map);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a map of ids', () => {
  it('is read from both sides; who is not in it is nobody inside', () => {
    expect([0, 1, 33, 65_536, 65_537].map((id) => idOutside(MAP, id))).toEqual([
      1000,
      100_000,
      100_032,
      165_535,
      undefined,
    ]);
    expect([1000, 100_000, 165_535, 0, 999].map((id) => idInside(MAP, id))).toEqual([0, 1, 65_536, 65_534, 65_534]);
  });

  it('is what /proc says', () => {
    expect(parseIdMap('         0       1000          1\n         1     100000      65536\n')).toEqual(MAP);
    expect(parseIdMap('')).toEqual([]);
  });

  it('has groups that may be set where there is more than one', () => {
    expect([undefined, MAP, MAP.slice(0, 1), []].map(maySetGroups)).toEqual([true, true, false, false]);
  });

  it('is refused as the kernel would, with the reason', () => {
    const range = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
    expect(refusal(MAP)).toBe('');
    expect(refusal([range(0, 5, 0)])).toBe('uids: the range 0 5 0 has size 0');
    expect(refusal([range(0, 2 ** 32 - 2, 1)])).toBe('');
    expect(refusal([range(0, 2 ** 32 - 2, 2)])).toBe('uids: the range 0 4294967294 2 ends above 4294967294');
    expect(refusal([range(0, 10, 5), range(4, 20, 5)])).toBe('uids: the ranges 0 10 5 and 4 20 5 overlap');
    expect(refusal([range(10, 14, 5), range(0, 10, 5)])).toBe('uids: the ranges 0 10 5 and 10 14 5 overlap');
    const singles = (count: number) => Array.from({ length: count }, (_, i) => range(i, i, 1));
    expect(refusal(singles(340))).toBe('');
    expect(refusal(singles(341))).toBe('uids: 341 ranges');
    expect(refusal(singles(340).map((one) => range(one.containerID, one.hostID + 1e9, 1)))).toMatch(/^uids: its text/);
  });
});
