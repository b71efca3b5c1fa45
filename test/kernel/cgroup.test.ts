import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { type Cgroups, openCgroups } from '../../src/cgroup/open.js';
import { findCgroups, removeCgroupTree } from '../../src/cgroup/sweep.js';
import { execve } from '../../src/kernel/calls.js';
import { start } from '../../src/kernel/process.js';
import { onCall } from '../../src/kernel/recorder.js';
import { UserError } from '../../src/kernel/user-error.js';
import { controllerMounts, readProcCgroup } from '../../src/probe/cgroups.js';
import { readMountinfo } from '../../src/probe/mountinfo.js';

// Unchanged on v1, hybrid and pure v2: what differs is asked of the cgroup, by role.
let cgroups: Cgroups;
let group: Cgroup;
let before: string[];
let children: ChildProcess[];
const state = mkdtempSync(join(tmpdir(), 'tslab-cgroup-test-'));

beforeAll(() => {
  process.env.TSLAB_STATE = state;
  cgroups = openCgroups();
});

afterAll(() => rmSync(state, { recursive: true }));

beforeEach(() => {
  before = findCgroups();
  children = [];
  group = cgroups.create(`test-${process.pid}`);
});

afterEach(async () => {
  group.remove();
  await Promise.all(children.map(ended));
  expect(findCgroups()).toEqual(before);
});

/** A shell inside the cgroup; it runs the script once it is in. */
function inside(script: string, into = group): ChildProcess {
  const child = spawn('sh', ['-c', `read go; ${script}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  into.attach(pidOf(child));
  child.stdin?.end('go\n');
  return child;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('sh did not start');
  return child.pid;
}

async function ended(child: ChildProcess): Promise<[number | null, string | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}

/** CPU seconds that the cgroup uses in one second of wall time. */
async function share(of: Cgroup, seconds = 1): Promise<number> {
  const [usage, time] = [of.cpu().usage, performance.now()];
  await pause(seconds * 1000);
  return ((of.cpu().usage - usage) / (performance.now() - time)) * 1000;
}

describe('creating and removing', () => {
  it('makes tslab/<name> below every base and removes both again', () => {
    for (const base of cgroups.bases) expect(existsSync(join(base, 'tslab', group.name))).toBe(true);
    group.remove();
    for (const base of cgroups.bases)
      expect(existsSync(join(base, 'tslab'))).toBe(before.includes(join(base, 'tslab')));
  });

  it('passes every change through the door, so that the trace has it', () => {
    const trace: string[] = [];
    const stop = onCall(({ text }) => trace.push(text));
    cgroups.create('test-traced').remove();
    stop();
    expect(trace.some((call) => call.startsWith('mkdir') && call.includes('tslab/test-traced'))).toBe(true);
    expect(trace.some((call) => call.includes('AT_REMOVEDIR') && call.includes('tslab/test-traced'))).toBe(true);
  });

  it('writes down what it makes first, and strikes it out afterwards', () => {
    const ledger = () => readLedgers(join(state, 'ledger'));
    for (const directory of group.directories) expect(ledger()).toContain(directory);
    group.remove();
    expect(ledger()).toBe('');
  });

  it('refuses a name that is taken, and leaves its owner alone', () => {
    expect(() => cgroups.create(group.name)).toThrow('EEXIST');
    for (const directory of group.directories) expect(existsSync(directory)).toBe(true);
  });

  it('leaves the shared tslab to another cgroup that is still in it', () => {
    const other = cgroups.create('test-other');
    group.remove();
    expect(other.directories.every(existsSync)).toBe(true);
    other.remove();
  });

  it('removes cgroups that were made below it, with what runs in them', async () => {
    const below = join(dirname(group.file('procs')), 'below');
    mkdirSync(below);
    const child = spawn('sleep', ['100']);
    children.push(child);
    writeFileSync(join(below, 'cgroup.procs'), `${child.pid}`);
    group.remove();
    expect(existsSync(below)).toBe(false);
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
  });

  it('makes only the controllers that are asked for', () => {
    const small = cgroups.create('test-small', ['pids']);
    expect(small.has('pids.limit')).toBe(true);
    expect(small.paths.has('memory')).toBe(false);
    small.remove();
  });
});

describe('attaching', () => {
  it('puts a process in, as /proc says, and no other', () => {
    const child = inside('sleep 100');
    expect(group.procs()).toContain(child.pid);
    expect(pathsOf(pidOf(child))).toContain(`/tslab/${group.name}`);
    expect(pathsOf(process.pid)).not.toContain(`/tslab/${group.name}`);
  });

  it('lets a child put itself in with a list of calls', async () => {
    const show = execve('/bin/sh', ['sh', '-c', 'cat /proc/self/cgroup'], ['PATH=/bin:/usr/bin']);
    const child = start({ calls: [...group.joinCalls(), show], stdio: ['null', 'pipe', 2] });
    const text = (await child.stdout?.toArray())?.join('');
    expect(text).toContain(`/tslab/${group.name}`);
    expect(await child.exited).toMatchObject({ code: 0 });
  });

  it('says ESRCH for a process that does not exist', () => {
    expect(() => group.attach(4_194_303)).toThrow('ESRCH');
  });
});

describe('limits', () => {
  it('can be read back from the files that play their role', () => {
    group.setCpuQuota({ quota: 20_000, period: 50_000 });
    group.setMemoryLimit(64 << 20);
    group.setPidsLimit(17);
    group.setCpus('0');
    expect(`${group.read('cpu.quota')} ${group.read('cpu.period')}`).toContain('20000');
    expect(group.read('cpu.period')).toContain('50000');
    expect(group.read('memory.limit')).toBe(`${64 << 20}`);
    expect(group.read('pids.limit')).toBe('17');
    expect(group.read('cpuset.cpus')).toBe('0');
  });

  it('can be raised, lowered and taken away', () => {
    for (const bytes of [64 << 20, 128 << 20, 32 << 20]) {
      group.setMemoryLimit(bytes);
      expect(group.read('memory.limit')).toBe(`${bytes}`);
    }
    group.setMemoryLimit(null);
    expect(['max', '9223372036854771712']).toContain(group.read('memory.limit'));
    group.setPidsLimit(null);
    expect(group.read('pids.limit')).toBe('max');
    group.setCpuQuota({ quota: 10_000, period: 100_000 });
    group.setCpuQuota({ quota: null, period: 100_000 });
    expect(group.read('cpu.quota')).toMatch(/^(-1|max 100000)$/);
  });

  it('leave no way out into swap', () => {
    group.setMemoryLimit(64 << 20);
    if (!group.has('memory.swap'))
      expect(group.has('memory.swappiness') ? group.read('memory.swappiness') : '0').toBe('0');
    else expect(['0', `${64 << 20}`]).toContain(group.read('memory.swap'));
  });

  it('are refused with what is allowed, before anything has changed', () => {
    const quota = group.read('cpu.quota');
    expect(() => group.setCpuQuota({ quota: 0, period: 100_000 })).toThrow(UserError);
    expect(() => group.setMemoryLimit(1)).toThrow(UserError);
    expect(() => group.setPidsLimit(-1)).toThrow(UserError);
    expect(() => group.setCpuWeight(0)).toThrow(UserError);
    expect(() => group.setCpus('0-4095')).toThrow('that can be used here: 0');
    expect(group.read('cpu.quota')).toBe(quota);
  });

  it('hold a loop to its share of the CPU, and count how often', async () => {
    group.setCpuQuota({ quota: 20_000, period: 100_000 });
    inside('while :; do :; done');
    expect(await share(group, 2)).toBeCloseTo(0.2, 1);
    const { periods, throttledPeriods, throttledTime } = group.cpu();
    expect(throttledPeriods).toBeGreaterThan(10);
    expect(periods).toBeGreaterThanOrEqual(throttledPeriods);
    expect(throttledTime).toBeGreaterThan(0.5);
  });

  it('share one CPU 3:1 by weight', async () => {
    const other = cgroups.create('test-other');
    group.setCpuWeight(300);
    other.setCpuWeight(100);
    for (const one of [group, other]) {
      one.setCpus('0');
      inside('while :; do :; done', one);
    }
    await pause(200);
    const [most, least] = await Promise.all([share(group, 3), share(other, 3)]);
    other.remove();
    expect(most / (most + least)).toBeCloseTo(0.75, 1);
  });

  it('keep a process on its CPU', () => {
    group.setCpus('0');
    const child = inside('sleep 100');
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Cpus_allowed_list:\t0$/m);
    expect(readFileSync('/proc/self/status', 'utf8')).not.toMatch(/^Cpus_allowed_list:\t0$/m);
  });

  it('make fork fail with EAGAIN, in there and nowhere else', async () => {
    group.setPidsLimit(3);
    const child = inside('sleep 9 & sleep 9 & sleep 9 & sleep 9 & wait');
    const [complaint] = child.stderr ? await once(child.stderr, 'data') : [];
    expect(`${complaint}`).toMatch(/fork/);
    expect(group.pids().refused).toBeGreaterThan(0);
    expect(await ended(spawn('true'))).toEqual([0, null]);
  });

  it('kill a process that needs more memory, and count it', async () => {
    group.setMemoryLimit(48 << 20);
    const child = inside(`exec ${process.execPath} -e 'for (const all = [];;) all.push(Buffer.alloc(1 << 20, 1))'`);
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
    expect(group.memory().oomKills).toBe(1);
    expect(group.memory().peak ?? 48 << 20).toBe(48 << 20);
  });
});

describe('freezing', () => {
  it('stops progress, and thawing lets it go on', async () => {
    inside('while :; do :; done');
    expect(await share(group, 0.3)).toBeGreaterThan(0.3);
    group.freeze();
    expect(await share(group, 0.3)).toBe(0);
    group.thaw();
    expect(await share(group, 0.3)).toBeGreaterThan(0.3);
  });

  it('reaches processes that are just being forked', async () => {
    const forking = 'while :; do env; env; env; done >/dev/null';
    inside(`${forking} & ${forking} & ${forking}`);
    for (let round = 0; round < 300; round++) {
      await pause(round % 5);
      group.freeze();
      group.thaw();
    }
  });
});

describe('killing', () => {
  it('ends even what forks a successor and is gone before its pid can be read', async () => {
    // Each lives for a millisecond; 5000 generations, so that a test that fails does not run for ever.
    const rabbit = 'n=$((n + 1)); [ $n -lt 5000 ] && sh -c "$S" &';
    inside(`export n=0 S='${rabbit}'; sh -c "$S"; sleep 100`);
    await pause(300);
    const seen = group.procs();
    await pause(50);
    expect(group.procs()).not.toEqual(seen);
    group.killAll();
    await pause(50);
    expect(group.procs()).toEqual([]);
  });

  it('ends what is frozen', async () => {
    const child = inside('sleep 100');
    group.freeze();
    group.killAll();
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
  });

  it('refuses to end tslab itself', () => {
    const home = ownCgroups();
    group.attach(process.pid);
    try {
      expect(() => group.killAll()).toThrow(`tslab itself (pid ${process.pid})`);
    } finally {
      for (const directory of home) writeFileSync(join(directory, 'cgroup.procs'), `${process.pid}`);
    }
  });
});

describe('sweeping', () => {
  it('removes the whole cgroup, given one of its directories, and is content with the rest', async () => {
    const child = inside('sleep 100');
    for (const directory of group.directories) removeCgroupTree(directory);
    expect(group.directories.some(existsSync)).toBe(false);
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
  });

  it('leaves the shared tslab alone while something is in it', () => {
    for (const directory of group.directories) removeCgroupTree(dirname(directory));
    expect(group.directories.every(existsSync)).toBe(true);
  });
});

function pathsOf(pid: number): string[] {
  return readProcCgroup(pid).map(({ path }) => path);
}

/** The directories of our own cgroups in the hierarchies that the test's cgroup has. */
function ownCgroups(): string[] {
  const mounts = readMountinfo('self');
  const v1 = controllerMounts(mounts);
  const v2 = mounts.find(({ fstype }) => fstype === 'cgroup2')?.mountPoint;
  return readProcCgroup('self').flatMap(({ controllers, path }) => {
    const mountPoint = controllers.length > 0 ? v1.get(controllers[0] ?? '') : v2;
    return mountPoint ? [join(mountPoint, path)] : [];
  });
}

function readLedgers(directory: string): string {
  const file = join(directory, `${process.pid}-${startTimeOf(process.pid)}.jsonl`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
