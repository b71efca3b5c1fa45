import { describe, expect, it } from 'vitest';
import { mostInMesh, parseFulls } from '../../../src/network/neighbours.js';

/** Linux 6.18, with two CPUs; a kernel from before 4.18 has a column less. */
const ARP_CACHE = `entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls
000003eb 00000171 00000153 00000001   00000551 0000008f 00000000   00000000         00000000         00000024         00000039       00000000            0000009f
000003eb 0000013e 0000015a 00000000   00000497 00000072 00000000   00000000         00000000         00000000         00000000       00000000            00000002
`;

describe('the table of neighbours', () => {
  it('was full as often as all CPUs say together', () => {
    expect(parseFulls(ARP_CACHE)).toBe(0xa1);
    expect(parseFulls('entries  allocs\n00000001 00000002\n')).toBe(0);
  });

  it('has room for as many containers as have no more pairs than it has entries', () => {
    for (const most of [1024, 2449, 2450, 4096]) {
      const n = mostInMesh({ most, fulls: 0 });
      expect([n * (n - 1) <= most, n * (n + 1) > most]).toEqual([true, true]);
    }
    expect(mostInMesh({ most: 2450, fulls: 0 })).toBe(50);
  });
});
