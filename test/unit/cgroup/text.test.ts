import { describe, expect, it } from 'vitest';
import { parseCpuList, parseFlatKeyed, parsePids, words } from '../../../src/cgroup/values.js';

describe('parseFlatKeyed', () => {
  it('reads cpu.stat of v1', () => {
    const text = 'nr_periods 31\nnr_throttled 30\nthrottled_time 2417813532\nnr_bursts 0\nburst_time 0\n';
    expect(parseFlatKeyed(text)).toMatchObject({ nr_periods: 31, nr_throttled: 30, throttled_time: 2417813532 });
  });

  it('reads memory.events of v2, where a key may be the start of another', () => {
    const text = 'low 0\nhigh 0\nmax 52\noom 1\noom_kill 1\noom_group_kill 0\n';
    expect(parseFlatKeyed(text)).toEqual({ low: 0, high: 0, max: 52, oom: 1, oom_kill: 1, oom_group_kill: 0 });
  });

  it('reads an empty file as no keys', () => {
    expect(parseFlatKeyed('')).toEqual({});
  });

  it.each(['max', 'max many', 'a 1 2'])('refuses %j, which is of another format', (line) => {
    expect(() => parseFlatKeyed(`${line}\n`)).toThrow(JSON.stringify(line));
  });
});

describe('parsePids', () => {
  it('reads one pid a line, and none from an empty file', () => {
    expect(parsePids('1\n4790\n')).toEqual([1, 4790]);
    expect(parsePids('')).toEqual([]);
  });
});

describe('words', () => {
  it('splits cgroup.controllers', () => {
    expect(words('cpuset cpu io memory hugetlb pids rdma misc\n')).toContain('cpuset');
    expect(words('\n')).toEqual([]);
  });
});

describe('parseCpuList', () => {
  it.each([
    ['0', [0]],
    ['0-1,3', [0, 1, 3]],
    ['2-2\n', [2]],
  ])('reads %j', (text, cpus) => {
    expect(parseCpuList(text)).toEqual(cpus);
  });

  it.each(['', 'all', '1-0', '-1', '0,', '0x1', '1.5', '999999'])('takes %j for no list', (text) => {
    expect(parseCpuList(text)).toBeNull();
  });
});
