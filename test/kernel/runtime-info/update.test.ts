import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCgroup } from '../../../src/container/start/cgroup.js';
import { findContainer } from '../../../src/container/store/find.js';
import { start, tslab } from '../tslab.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** What the kernel says in the first of these files that a container's cgroup has: those of v2 and of v1. */
function inCgroup(name: string, ...files: string[]): string {
  const directories = findCgroup(findContainer(name).config.id)?.directories ?? [];
  const path = files.flatMap((file) => directories.map((directory) => join(directory, file))).find(existsSync);
  return readFileSync(path as string, 'utf8').trim();
}

const memoryOf = (name: string) => inCgroup(name, 'memory.max', 'memory.limit_in_bytes');
const quotaOf = (name: string) => inCgroup(name, 'cpu.max', 'cpu.cfs_quota_us').split(' ')[0];
const pidsOf = (name: string) => inCgroup(name, 'pids.max');

describe.skipIf(!isRoot)('tslab update (skipped without root: it runs containers)', () => {
  removeBehindEach();

  it('changes the limits of a container that runs: lower, higher and none, and leaves the others', () => {
    runDetached('limited', 'exec sleep 1000', ['--memory', '64m', '--pids-limit', '50']);
    expect([memoryOf('limited'), pidsOf('limited')]).toEqual([`${64 << 20}`, '50']);
    expect(output('update', '--memory', '32m', '--cpus', '0.5', 'limited')).toBe('limited\n');
    expect([memoryOf('limited'), quotaOf('limited'), pidsOf('limited')]).toEqual([`${32 << 20}`, '50000', '50']);
    output('update', '--memory', '128m', '--pids-limit=-1', '-c', '512', '--cpuset-cpus', '0', 'limited');
    expect([memoryOf('limited'), quotaOf('limited'), pidsOf('limited')]).toEqual([`${128 << 20}`, '50000', 'max']);
    expect(inCgroup('limited', 'cpuset.cpus')).toBe('0');
    expect(['512', '50']).toContain(inCgroup('limited', 'cpu.weight', 'cpu.shares'));
    const { Memory, NanoCpus, PidsLimit } = JSON.parse(output('inspect', 'limited'))[0].HostConfig;
    expect({ Memory, NanoCpus, PidsLimit }).toEqual({ Memory: 128 << 20, NanoCpus: 5e8, PidsLimit: null });
  });

  it('changes the share of time by its parts, the nodes of memory, and what is reserved', () => {
    runDetached('timed', 'exec sleep 1000', ['--memory', '64m']);
    output('update', '--cpu-period', '50000', '--cpu-quota', '25000', 'timed');
    expect(quotaOf('timed')).toBe('25000');
    output('update', '--cpuset-mems', '0', '--memory-reservation', '16m', 'timed');
    expect(inCgroup('timed', 'cpuset.mems')).toBe('0');
    expect(inCgroup('timed', 'memory.low', 'memory.soft_limit_in_bytes')).toBe(`${16 << 20}`);
    output('update', '--memory', '32m', '--memory-swap', '-1', 'timed');
    expect(memoryOf('timed')).toBe(`${32 << 20}`);
    expect(JSON.parse(output('inspect', 'timed'))[0].HostConfig.MemorySwap).toBe(-1);
  });

  it('changes a container that does not run, for its next start', () => {
    output('create', '--name', 'waits', 'busybox', 'sleep', '1000');
    output('update', '--memory', '48m', '--restart', 'on-failure:2', 'waits');
    output('start', 'waits');
    expect(memoryOf('waits')).toBe(`${48 << 20}`);
    expect(JSON.parse(output('inspect', 'waits'))[0].HostConfig.RestartPolicy).toEqual({
      Name: 'on-failure',
      MaximumRetryCount: 2,
    });
  });

  it('has a container started again that would have stayed ended', async () => {
    const { config } = runDetached('again', 'sleep 1; exit 1', []);
    output('update', '--restart', 'on-failure:1', 'again');
    await until(() => findContainer(config.id).state.restartCount === 1);
  });

  it('leaves all as it was where the kernel refuses one', () => {
    runDetached('kept', 'exec sleep 1000', ['--cpus', '0.5']);
    const { status, stderr } = tslab(['update', '--cpus', '1', '--cpuset-cpus', '4095', 'kept']);
    expect(stderr).toMatch(/^Error: .*cpuset|^Error: .*4095/);
    expect(status).toBe(1);
    expect(quotaOf('kept')).toBe('50000');
    expect(findContainer('kept').config.resources).toEqual({ nanoCpus: 5e8 });
  });

  it.each([
    [[], /^Error: you must provide one or more flags/],
    [['--memory', '1m'], /the least memory limit is 6m/],
    [
      ['--cpu-quota', '50000'],
      /^Error: Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set/,
    ],
    [['--memory-swap', '1g'], /^Error: You should always set the Memory limit/],
    [['--restart', 'sometimes'], /unknown policy 'sometimes'/],
    [['--restart', 'always'], /^Error: Restart policy cannot be updated because AutoRemove is enabled/],
  ])('refuses %j', (flags, message) => {
    runDetached('strict', 'exec sleep 1000', ['--rm', '--cpus', '0.5']);
    const { status, stderr } = tslab(['update', ...flags, 'strict']);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });
});

describe.skipIf(!isRoot)('tslab stop, restart and wait (skipped without root: they run containers)', () => {
  removeBehindEach();
  /** Ends with 7 at SIGUSR1, and with 0 at SIGTERM. */
  const SCRIPT = "trap 'exit 7' USR1; trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done";
  const isReady = (name: string) => until(() => output('logs', name).includes('ready'));

  it('sends the signal that was asked for, in place of that of the container', async () => {
    runDetached('asked', SCRIPT);
    await isReady('asked');
    output('stop', '-s', 'USR1', '-t', '-1', 'asked');
    expect(findContainer('asked').state).toMatchObject({ status: 'exited', exitCode: 7 });
    output('start', 'asked');
    await until(() => output('logs', 'asked').split('ready').length > 2);
    const { pid } = findContainer('asked').state.init;
    output('restart', '--signal', 'USR1', 'asked');
    expect(findContainer('asked').state).toMatchObject({ status: 'running' });
    expect(findContainer('asked').state.init.pid).not.toBe(pid);
  });

  it('lets go on what was to get a signal that is none', () => {
    runDetached('goes-on', SCRIPT);
    for (const command of ['stop', 'restart']) {
      const { status, stderr } = tslab([command, '-s', 'NONE', 'goes-on']);
      expect(stderr).toMatch(/^Error: invalid signal: NONE\n/);
      expect(status).toBe(1);
    }
    expect(findContainer('goes-on').state).toMatchObject({ status: 'running', stopRequested: false });
  });

  it('waits for the next end of a container that is yet to be started, and for a removal', async () => {
    output('create', '--name', 'later', 'busybox', 'sh', '-c', 'exit 3');
    expect(output('wait', 'later')).toBe('0\n');
    const next = start(['wait', '--condition', 'next-exit', 'later']);
    const removed = start(['wait', '--condition=removed', 'later']);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    output('start', 'later');
    expect(await next.ended).toEqual({ status: 0, stdout: '3\n' });
    output('rm', 'later');
    expect(await removed.ended).toEqual({ status: 0, stdout: '3\n' });
  });

  it('refuses a condition that is none', () => {
    const { status, stderr } = tslab(['wait', '--condition', 'gone', 'x']);
    expect(stderr).toMatch(/invalid argument "gone" for "--condition" flag: not-running, next-exit, removed/);
    expect(status).not.toBe(0);
  });
});
