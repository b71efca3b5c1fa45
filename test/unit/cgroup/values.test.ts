import { describe, expect, it } from 'vitest';
import {
  checkBytes,
  checkCpus,
  checkName,
  checkPids,
  checkQuota,
  checkWeight,
  ioWeightOf,
  sharesOf,
} from '../../../src/cgroup/values.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';

describe('values that the kernel would take', () => {
  it('pass without a word', () => {
    checkQuota({ quota: 20_000, period: 100_000 });
    checkQuota({ quota: null, period: 1_000_000 });
    checkQuota({ quota: 1_000, period: 1_000 });
    checkWeight(1);
    checkWeight(10_000);
    checkBytes(4096);
    checkBytes(null);
    checkPids(0);
    checkPids(4_194_304);
    checkPids(null);
    checkCpus('0-1,3', '0-3');
    expect(checkName('03-cgroups-4790')).toBe('03-cgroups-4790');
  });
});

describe('values that it would not take', () => {
  it.each<[string, () => void, string]>([
    ['a quota of nothing', () => checkQuota({ quota: 0, period: 100_000 }), 'CPU quota 0 is not possible'],
    ['a quota below 1 ms', () => checkQuota({ quota: 999, period: 100_000 }), 'at least 1000 µs'],
    ['a period below 1 ms', () => checkQuota({ quota: 20_000, period: 999 }), 'CPU period 999'],
    ['a period over 1 s', () => checkQuota({ quota: 20_000, period: 1_000_001 }), 'CPU period 1000001'],
    ['a fraction of a microsecond', () => checkQuota({ quota: 1000.5, period: 100_000 }), 'CPU quota 1000.5'],
    ['a weight of nothing', () => checkWeight(0), 'from 1 to 10000'],
    ['a weight over 10000', () => checkWeight(10_001), 'from 1 to 10000'],
    ['a weight that is not a number', () => checkWeight(Number.NaN), 'CPU weight'],
    ['less than a page', () => checkBytes(4095), 'at least 4096'],
    ['a negative number of processes', () => checkPids(-1), 'from 0 to 4194304'],
    ['more processes than pids', () => checkPids(4_194_305), 'from 0 to 4194304'],
    ['a CPU that is not there', () => checkCpus('0-8', '0-1'), 'that can be used here: 0-1'],
    ['no CPU at all', () => checkCpus('', '0-1'), 'list of CPUs ""'],
    ['a name that leads elsewhere', () => checkName('../x'), 'cgroup name "../x"'],
    ['an empty name', () => checkName(''), 'cgroup name ""'],
  ])('%s is the mistake of a user, named with what is allowed', (_, check, text) => {
    expect(check).toThrow(UserError);
    expect(check).toThrow(text);
  });
});

describe('ioWeightOf', () => {
  it('spreads 10 to 1000 over 1 to 10000, as runc does', () => {
    expect([10, 100, 500, 1000].map(ioWeightOf)).toEqual([1, 910, 4950, 10_000]);
  });
});

describe('sharesOf', () => {
  it('keeps the default: 100 on v2 is 1024 on v1', () => {
    expect(sharesOf(100)).toBe(1024);
  });

  it('keeps the ratio', () => {
    expect(sharesOf(300) / sharesOf(100)).toBe(3);
  });

  it('stays within what cpu.shares takes, 2 to 262144', () => {
    expect(sharesOf(1)).toBe(10);
    expect(sharesOf(10_000)).toBe(102_400);
  });
});
