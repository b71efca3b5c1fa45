import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/cgroup/files.js';
import { openCgroups } from '../../../src/cgroup/open.js';
import { canWeighIo } from '../../../src/cgroup/trial.js';
import { findContainer } from '../../../src/container/store/find.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

const isV1 = existsSync('/sys/fs/cgroup/memory');
/** PAGE_COUNTER_MAX, in bytes. */
const UNLIMITED = '9223372036854771712';

/** What files of the cgroup of a container with these options say. */
function limits(flags: readonly string[], ...roles: Role[]): string[] {
  const { config } = runDetached('limited', 'exec sleep 1000', flags);
  const cgroup = openCgroups().find(config.id);
  const values = roles.map((role) => cgroup?.read(role) ?? 'no cgroup');
  output('rm', '-f', 'limited');
  return values;
}

// On v1 quota and period have a file each, on v2 they share cpu.max.
describe.skipIf(!isRoot)('limits of tslab run, in the files of the cgroup (skipped without root)', () => {
  it('-m: bytes of memory', () => {
    expect(limits(['-m', '64m'], 'memory.limit')).toEqual([String(64 * 2 ** 20)]);
  });

  it('--cpus: a quota in each period', () => {
    const [quota, period] = limits(['--cpus', '0.5'], 'cpu.quota', 'cpu.period');
    expect([quota, period]).toEqual(quota === period ? ['50000 100000', '50000 100000'] : ['50000', '100000']);
  });

  it('--cpu-quota and --cpu-period: as they are', () => {
    const [quota, period] = limits(['--cpu-quota', '20000', '--cpu-period', '50000'], 'cpu.quota', 'cpu.period');
    expect([quota, period]).toEqual(quota === period ? ['20000 50000', '20000 50000'] : ['20000', '50000']);
  });

  it('--cpu-shares: a weight', () => {
    expect(['512', '50']).toContain(limits(['--cpu-shares', '512'], 'cpu.weight')[0]);
  });

  it('--cpuset-cpus: only these', () => {
    expect(limits(['--cpuset-cpus', '0'], 'cpuset.cpus')).toEqual(['0']);
  });

  it('--cpuset-mems: only these nodes of memory', () => {
    expect(limits(['--cpuset-mems', '0'], 'cpuset.mems')).toEqual(['0']);
    const { status, stderr } = tslab(['run', '--rm', '--cpuset-mems', '0-99', 'busybox', 'true']);
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: expect.stringMatching(/list of memory nodes "0-99" is not/),
    });
  });

  // v1 limits memory and swap together, v2 swap alone.
  it('--memory-swap: so much with swap; -1: as much swap as there is', () => {
    const swap = (...flags: string[]) => Number(limits(['-m', '64m', ...flags], 'memory.swap')[0]);
    const [none, some] = isV1 ? [64 << 20, 96 << 20] : [0, 32 << 20];
    expect(swap()).toBe(none);
    expect(swap('--memory-swap', '96m')).toBe(some);
    expect(limits(['-m', '64m', '--memory-swap', '-1'], 'memory.swap')).toEqual([isV1 ? UNLIMITED : 'max']);
  });

  it('--memory-reservation: so much is taken away last', () => {
    expect(limits(['--memory-reservation', '32m'], 'memory.reservation')).toEqual([`${32 << 20}`]);
  });

  it('--memory-swappiness and --oom-kill-disable: files of v1, and refused on v2', () => {
    const flags = ['--memory-swappiness', '7', '--oom-kill-disable', '-m', '64m'];
    if (!isV1) {
      for (const flag of ['--memory-swappiness=7', '--oom-kill-disable'])
        expect(tslab(['run', '--rm', flag, 'busybox', 'true']).stderr).toMatch(/is a file of cgroup v1/);
      return;
    }
    const [swappiness, oom] = limits(flags, 'memory.swappiness', 'memory.events');
    expect([swappiness, oom?.split('\n')[0]]).toEqual(['7', 'oom_kill_disable 1']);
  });

  it('--pids-limit: so many processes', () => {
    expect(limits(['--pids-limit', '7'], 'pids.limit')).toEqual(['7']);
    expect(
      tslab(['run', '--rm', '--pids-limit', '3', 'busybox', 'sh', '-c', 'sleep 1 & sleep 1 & sleep 1 & wait']).stderr,
    ).toMatch(/can't fork/);
  });

  it('--blkio-weight: a weight at a busy disk, for as long as the container lives', () => {
    if (!canWeighIo()) {
      const { status, stderr } = tslab(['run', '--rm', '--blkio-weight', '500', 'busybox', 'true']);
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: expect.stringContaining('not support Block I/O weight'),
      });
      return;
    }
    const { config } = runDetached('weighed', 'exec sleep 1000', ['--blkio-weight', '500']);
    const cgroup = openCgroups().find(config.id);
    const role = cgroup?.has('io.bfq.weight') ? 'io.bfq.weight' : 'io.weight';
    const weight = () => Number(cgroup?.read(role).replace('default ', ''));
    expect(weight()).toBe(role === 'io.bfq.weight' || isV1 ? 500 : 4950);
    expect(readFileSync(join(dirname(cgroup?.file(role) ?? ''), 'cgroup.procs'), 'utf8').trim()).not.toBe('');
    expect(JSON.parse(output('inspect', 'weighed'))[0].HostConfig.BlkioWeight).toBe(500);
    expect(tslab(['update', '--blkio-weight', '1000', 'weighed'])).toMatchObject({ status: 0, stderr: '' });
    expect(weight()).toBe(role === 'io.bfq.weight' || isV1 ? 1000 : 10_000);
    output('rm', '-f', 'weighed');
    expect(cgroup?.directories.filter((directory) => existsSync(directory))).toEqual([]);
  });

  it('--blkio-weight: one without it has no directory for that, and update says what to do (v1)', () => {
    const { config } = runDetached('unweighed', 'exec sleep 1000');
    const cgroup = openCgroups().find(config.id);
    if (isV1) expect(cgroup?.paths.get('io')).toBeUndefined();
    const { status, stderr } = tslab(['update', '--blkio-weight', '1000', 'unweighed']);
    if (isV1 && canWeighIo())
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/without --blkio-weight/) });
    output('rm', '-f', 'unweighed');
  });

  it('--blkio-weight: 10 to 1000, or 0 for none', () => {
    expect(tslab(['run', '--rm', '--blkio-weight', '9', 'busybox', 'true'])).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/Range of blkio weight is from 10 to 1000/),
    });
    expect(tslab(['run', '--rm', '--blkio-weight', '0', 'busybox', 'true'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('none: without limits, but in a cgroup of its own', () => {
    expect(['max']).toEqual(limits([], 'pids.limit'));
  });

  it('kills what needs more memory, and remembers why', () => {
    // tail keeps one line, however long it is.
    const hungry = ['run', '--name', 'hungry', '-m', '16m', 'busybox', 'sh', '-c', 'head -c 64m /dev/zero | tail'];
    expect(tslab(hungry).status).toBe(137);
    const eats = ['run', '--name', 'eats', '-m', '16m', 'busybox', 'tail', '/dev/zero'];
    expect(tslab(eats).status).toBe(137);
    expect(findContainer('eats').state).toMatchObject({ oomKilled: true, exitCode: 137 });
    output('rm', 'hungry', 'eats');
  });

  it('leaves no cgroup when it has ended', async () => {
    const { config } = runDetached('brief', 'exit 0');
    await until(() => findContainer('brief').state.status === 'exited');
    expect(openCgroups().find(config.id)).toBeUndefined();
    output('rm', 'brief');
  });
});
