import { beforeEach, describe, expect, it } from 'vitest';
import { cgroupsLab } from '../../labs/03-cgroups/lab.js';
import { usableCpus } from '../../labs/03-cgroups/steps/shares.js';
import { findCgroups } from '../../src/cgroup/sweep.js';
import { call } from '../../src/kernel/call.js';
import { schedSetaffinity } from '../../src/kernel/calls/index.js';
import type { LabDefinition } from '../../src/lab/definition.js';
import type { LabEvent } from '../../src/lab/events.js';
import type { Flags } from '../../src/lab/request.js';
import { runLab } from '../../src/lab/run.js';
import { readProcess } from '../../src/procfs/processes.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/03-cgroups.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { expectOrder, expectWellFormed, lookAtHost, Told, tell, useLab } from './support.js';

/** Long enough to measure, short enough to test. */
const BRIEF = { seconds: '0.5' };

const lab = useLab(withFlags(BRIEF));
const isV2 = () => lab.told.events.some((event) => event.type === 'lab' && event.cgroup === 'v2');

beforeEach((test) => needs(test, 'root'));

describe('lab 03-cgroups', () => {
  it('holds, step by step, in events that survive JSON', () => {
    expect(lab.told.broken).toEqual([]);
    expect(lab.told.end).toMatchObject({ id: '03-cgroups', status: 'held' });
    expectOrder(lab.told, cgroupsLab);
    expectWellFormed(lab.told.events);
    const possible = lab.told.steps.filter(({ impossible }) => !impossible).map(({ id }) => id);
    expect([...new Set(lab.told.checks.map(({ step }) => step))]).toEqual(possible);
  });

  it('leaves the host alone, and no cgroup behind', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
    expect(ourCgroups()).toEqual([]);
  });

  it('shows the files of the layout that this machine has', () => {
    const [v1, v2] = [/cpu\.cfs_quota_us$/, /cpu\.max$/].map((file) => lab.told.seen('cpu-quota', file).length);
    expect([v1, v2]).toEqual(isV2() ? [0, 2] : [2, 0]);
  });

  it('names the write that set each limit, and shows the value before it', () => {
    const settings = {
      'cpu-quota': /cpu\.(cfs_quota_us|max)$/,
      'memory-limit': /memory\.(limit_in_bytes|max)$/,
      'pids-limit': /pids\.max$/,
      freeze: /freezer\.state$|cgroup\.freeze$/,
    };
    for (const [step, path] of Object.entries(settings)) {
      const [before, after] = lab.told.seen(step, path);
      expect([before?.when, after?.when]).toEqual(['before', 'after']);
      expect(after?.value).not.toBe(before?.value);
      expect(after?.changedBy).toMatch(/^write\(\d+, /);
      expect(after?.changedBy).toContain(`"${after?.value}"`);
      expect(before).not.toHaveProperty('changedBy');
    }
  });

  it('lets the child move itself in, before it changes its root', () => {
    const calls = lab.told.all('syscall').filter(({ step, by }) => step === 'join' && by === 'child');
    const names = calls.filter(({ housekeeping }) => !housekeeping).map(({ name }) => name);
    expect(names.join(' ')).toMatch(/openat write close.* chroot chdir execve$/);
  });

  it('plots a share that falls when the quota comes', () => {
    const plot = measured('share of a CPU with the quota, and samples from before it')?.series ?? [];
    const half = plot.length / 2;
    expect(half).toBeGreaterThanOrEqual(4);
    expect(sum(plot.slice(half))).toBeLessThan(sum(plot.slice(0, half)) * 0.7);
  });

  it('lets the hog come further without the limit than with it', () => {
    const lines = lab.told.printed('memory-limit').trim().split('\n');
    expect(lines.filter((line) => line === '8 MiB')).toHaveLength(2);
    expect(lines.filter((line) => line === '64 MiB')).toHaveLength(1);
  });

  it('tells the whole truth in --json: every call that makes or removes a cgroup', () => {
    const texts = lab.told.all('syscall').map(({ text }) => text);
    const made = texts.filter((text) => /^mkdirat\(.*\/tslab\/[a-z-]+-\d+"/.test(text));
    const removed = texts.filter((text) => /^unlinkat\(.*\/tslab\/[a-z-]+-\d+", AT_REMOVEDIR/.test(text));
    expect(made.length).toBeGreaterThan(cgroupsLab.steps.length);
    expect(removed).toHaveLength(made.length);
  });
});

/** What shows on any machine, however busy, that a step's calls were left out. */
const ABLATIONS: Record<string, readonly string[]> = {
  join: ['join: the process is in the cgroup', 'join: its children are in it as well'],
  'cpu-quota': ['cpu-quota: the share follows the quota', 'cpu-quota: the kernel counts how often the quota ran out'],
  'fixed-work': ['fixed-work: with a tenth of a CPU it takes about ten times its CPU time'],
  'memory-limit': [
    'memory-limit: with the limit it is killed: exit status 128 + SIGKILL',
    'memory-limit: the kernel counts the kill',
    'memory-limit: it never had more than the limit',
  ],
  'pids-limit': [
    'pids-limit: there were never more processes than the limit',
    'pids-limit: the kernel refused to fork (EAGAIN), and counted it',
  ],
  cpuset: usableCpus().length > 1 ? ['cpuset: the processes may use this CPU only'] : [],
  'cpu-weight': ['cpu-weight: with 300 against 100 they get 75:25'],
  freeze: ['freeze: frozen, it makes no progress'],
};

describe('lab 03-cgroups without', () => {
  it('all limits at once fails what each of them is for, and stays harmless and clean', async () => {
    const { skippable } = cgroupsLab;
    const leaky = await tell(withFlags(BRIEF), skippable);
    for (const step of skippable) {
      expect(leaky.broken).toEqual(expect.arrayContaining([...(ABLATIONS[step] ?? [])]));
    }
    expect(leaky.broken.filter((name) => /^(account|host):/.test(name))).toEqual([]);
    expect(leaky.end).toMatchObject({ status: 'failed', skipped: skippable });
    expect(lookAtHost(lab.root)).toEqual(lab.before);
    expect(ourCgroups()).toEqual([]);
  });

  it('one of them fails that one and no other', async () => {
    const leaky = await tell(withFlags(BRIEF), ['memory-limit']);
    expect(leaky.broken).toEqual(ABLATIONS['memory-limit']);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 03-cgroups, asked for something else,', () => {
  it('takes other figures', async () => {
    const other = await tell(withFlags({ ...BRIEF, quota: '50%', memory: '16m', pids: '5' }));
    expect(other.broken).toEqual([]);
    expect(other.seen('cpu-quota', /cpu\.(cfs_quota_us|max)$/).at(-1)?.value).toMatch(/^50000\b/);
    expect(other.seen('memory-limit', /memory\.(limit_in_bytes|max)$/).at(-1)?.value).toBe(`${16 << 20}`);
    expect(other.seen('pids-limit', /pids\.max$/).at(-1)?.value).toBe('5');
  });

  it('explains a quota of 150% on one CPU, and leaves out what one CPU cannot show', async () => {
    const cpus = usableCpus();
    call(schedSetaffinity(0, cpus.slice(0, 1)));
    const other = await tell(withFlags({ ...BRIEF, quota: '150%' })).finally(() => call(schedSetaffinity(0, cpus)));
    expect(other.broken).toEqual([]);
    const share = other.checks.find(({ name }) => name === 'the share follows the quota');
    expect(share?.expected).toMatch(/the quota is 1\.5, but without it 1 loop got no more than .*: there is 1 CPU/);
    expect(other.end).toMatchObject({ status: 'held', impossible: ['cpuset'] });
    expect(other.steps.find(({ id }) => id === 'cpuset')?.prose).toMatch(/^Not possible here: there is only one CPU/);
  });

  it.each([
    ['quota', '0', 'Allowed: from 1% to 10000%'],
    ['memory', '1', 'Allowed: from 6m to 1g'],
    ['pids', '0', 'Allowed: a whole number from 2 to 500'],
    ['seconds', 'nan', 'Allowed: from 0.5 to 60'],
  ])('refuses --%s %s with what is allowed, before it makes anything', async (option, value, remedy) => {
    const refused = expect.objectContaining({ status: 2, remedy: expect.stringContaining(remedy) });
    await expect(tell(withFlags({ [option]: value }))).rejects.toEqual(refused);
    expect(ourCgroups()).toEqual([]);
  });

  it.each(['join', 'cpu-quota', 'pids-limit', 'freeze'])(
    'leaves nothing when it is stopped in the middle of %s',
    async (step) => {
      const told = await interruptedIn(step);
      expect(told.end).toMatchObject({ status: 'failed', why: 'interrupted' });
      expect(lookAtHost(lab.root)).toEqual(lab.before);
      expect(ourCgroups()).toEqual([]);
      const programs = told.all('syscall').filter(({ name, by }) => name === 'clone' && by === 'tslab');
      expect(programs.filter(({ result }) => readProcess(Number(result)))).toEqual([]);
    },
  );
});

function withFlags(flags: Flags): LabDefinition {
  return { ...cgroupsLab, run: (one) => cgroupsLab.run(one, flags) };
}

/** Ctrl-C when the first program of a step has just started. */
async function interruptedIn(step: string): Promise<Told> {
  const abort = new AbortController();
  const request = { skip: new Set<string>(), flags: {}, language: 'en', rootfs: undefined, signal: abort.signal };
  const events: LabEvent[] = [];
  for await (const event of runLab(withFlags(BRIEF), request)) {
    events.push(event);
    if (event.type === 'syscall' && event.step === step && event.name === 'execve') abort.abort();
  }
  return new Told(events);
}

function measured(name: string) {
  return lab.told.all('measure').find((event) => event.name === name);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Other tests may run on this machine: ours have our pid in their names. */
function ourCgroups(): string[] {
  return findCgroups().filter((path) => path.endsWith(`-${process.pid}`));
}
