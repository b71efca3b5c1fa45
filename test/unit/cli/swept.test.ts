import { describe, expect, it } from 'vitest';
import { describeSwept } from '../../../src/cli/swept.js';
import type { Swept } from '../../../src/state/ledger/sweep.js';

const cgroups = ['cpu', 'memory', 'pids'].map(
  (one): Swept => ({ kind: 'cgroup', name: `/sys/fs/cgroup/${one}/tslab/03-1` }),
);

describe('what a sweep tells', () => {
  it('is nothing where nothing was left', () => {
    expect(describeSwept([])).toEqual([]);
  });

  it('is one line, and not one a hierarchy', () => {
    expect(describeSwept([...cgroups, { kind: 'directory', name: '/state/.tmp-1-2' }])).toEqual([
      'removed what an earlier run left: cgroup tslab/03-1, directory /state/.tmp-1-2',
    ]);
  });

  it('ends somewhere', () => {
    const many = Array.from({ length: 20 }, (_, i): Swept => ({ kind: 'volume', name: `v${i}` }));
    expect(describeSwept(many)).toEqual([expect.stringMatching(/volume v7 and 12 more$/)]);
  });

  it('names each thing that is still there, and why', () => {
    const left: Swept = { kind: 'directory', name: '/state/x', problem: 'EBUSY' };
    expect(describeSwept([left, ...cgroups])).toEqual([
      'removed what an earlier run left: cgroup tslab/03-1',
      'an earlier run left the directory /state/x, and it cannot be removed: EBUSY',
    ]);
  });
});
