import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/cgroup/files.js';
import { openCgroups } from '../../../src/cgroup/open.js';
import { findContainer } from '../../../src/container/store/find.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

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

  it('--pids-limit: so many processes', () => {
    expect(limits(['--pids-limit', '7'], 'pids.limit')).toEqual(['7']);
    expect(
      tslab(['run', '--rm', '--pids-limit', '3', 'busybox', 'sh', '-c', 'sleep 1 & sleep 1 & sleep 1 & wait']).stderr,
    ).toMatch(/can't fork/);
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
