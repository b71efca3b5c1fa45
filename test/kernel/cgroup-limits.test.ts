import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/kernel/errors/user-error.js';

import { eachWithItsOwn, ended, share } from './cgroup-fixture.js';

const own = eachWithItsOwn();

/** What else the machine does may take the time that is measured: it must come out right once. */
const BUSY = { retry: 2 };

describe('limits', () => {
  it('can be read back from the files that play their role', () => {
    own.group.setCpuQuota({ quota: 20_000, period: 50_000 });
    own.group.setMemoryLimit(64 << 20);
    own.group.setPidsLimit(17);
    own.group.setCpus('0');
    expect(`${own.group.read('cpu.quota')} ${own.group.read('cpu.period')}`).toContain('20000');
    expect(own.group.read('cpu.period')).toContain('50000');
    expect(own.group.read('memory.limit')).toBe(`${64 << 20}`);
    expect(own.group.read('pids.limit')).toBe('17');
    expect(own.group.read('cpuset.cpus')).toBe('0');
  });

  it('can be raised, lowered and taken away', () => {
    for (const bytes of [64 << 20, 128 << 20, 32 << 20]) {
      own.group.setMemoryLimit(bytes);
      expect(own.group.read('memory.limit')).toBe(`${bytes}`);
    }
    own.group.setMemoryLimit(null);
    expect(['max', '9223372036854771712']).toContain(own.group.read('memory.limit'));
    own.group.setPidsLimit(null);
    expect(own.group.read('pids.limit')).toBe('max');
    own.group.setCpuQuota({ quota: 10_000, period: 100_000 });
    own.group.setCpuQuota({ quota: null, period: 100_000 });
    expect(own.group.read('cpu.quota')).toMatch(/^(-1|max 100000)$/);
  });

  it('leave no way out into swap', () => {
    own.group.setMemoryLimit(64 << 20);
    if (!own.group.has('memory.swap'))
      expect(own.group.has('memory.swappiness') ? own.group.read('memory.swappiness') : '0').toBe('0');
    else expect(['0', `${64 << 20}`]).toContain(own.group.read('memory.swap'));
  });

  it('are refused with what is allowed, before anything has changed', () => {
    const quota = own.group.read('cpu.quota');
    expect(() => own.group.setCpuQuota({ quota: 0, period: 100_000 })).toThrow(UserError);
    expect(() => own.group.setMemoryLimit(1)).toThrow(UserError);
    expect(() => own.group.setPidsLimit(-1)).toThrow(UserError);
    expect(() => own.group.setCpuWeight(0)).toThrow(UserError);
    expect(() => own.group.setCpus('0-4095')).toThrow('that can be used here: 0');
    expect(own.group.read('cpu.quota')).toBe(quota);
  });

  it('hold a loop to its share of the CPU, and count how often', BUSY, async () => {
    own.group.setCpuQuota({ quota: 20_000, period: 100_000 });
    own.inside('while :; do :; done');
    expect(await share(own.group, 2)).toBeCloseTo(0.2, 1);
    const { periods, throttledPeriods, throttledTime } = own.group.cpu();
    expect(throttledPeriods).toBeGreaterThan(10);
    expect(periods).toBeGreaterThanOrEqual(throttledPeriods);
    expect(throttledTime).toBeGreaterThan(0.5);
  });

  it('share one CPU 3:1 by weight', BUSY, async () => {
    const other = own.create('other');
    own.group.setCpuWeight(300);
    other.setCpuWeight(100);
    for (const one of [own.group, other]) {
      one.setCpus('0');
      own.inside('while :; do :; done', one);
    }
    await pause(200);
    const [most, least] = await Promise.all([share(own.group, 3), share(other, 3)]);
    other.remove();
    expect(most / (most + least)).toBeCloseTo(0.75, 1);
  });

  it('keep a process on its CPU', () => {
    own.group.setCpus('0');
    const child = own.inside('sleep 100');
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Cpus_allowed_list:\t0$/m);
    expect(readFileSync('/proc/self/status', 'utf8')).not.toMatch(/^Cpus_allowed_list:\t0$/m);
  });

  it('make fork fail with EAGAIN, in there and nowhere else', async () => {
    own.group.setPidsLimit(3);
    const child = own.inside('sleep 9 & sleep 9 & sleep 9 & sleep 9 & wait');
    expect(await complaint(child)).toMatch(/fork/);
    expect(own.group.pids().refused).toBeGreaterThan(0);
    expect(await ended(spawn('true'))).toEqual([0, null]);
  });

  it('kill a process that needs more memory, and count it', async () => {
    own.group.setMemoryLimit(48 << 20);
    const child = own.inside(`exec ${process.execPath} -e 'for (const all = [];;) all.push(Buffer.alloc(1 << 20, 1))'`);
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
    expect(own.group.memory().oomKills).toBe(1);
    expect(own.group.memory().peak ?? 48 << 20).toBe(48 << 20);
  });
});

/** The first line on standard error, which a shell may write in pieces. */
async function complaint({ stderr }: ChildProcess): Promise<string> {
  let said = '';
  for await (const text of stderr ?? []) {
    said += text;
    if (said.includes('\n')) break;
  }
  return said;
}
