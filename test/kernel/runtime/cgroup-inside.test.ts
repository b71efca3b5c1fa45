import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { output, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const LIMIT = existsSync('/sys/fs/cgroup/memory') ? 'memory/memory.limit_in_bytes' : 'memory.max';
useOwnState();

describe.skipIf(!isRoot)('a container’s own cgroup at /sys/fs/cgroup (skipped without root)', () => {
  it('tells its limit', () => {
    const said = output('run', '--rm', '-m', '64m', 'busybox', 'cat', `/sys/fs/cgroup/${LIMIT}`);
    expect(said).toBe(`${64 * 2 ** 20}\n`);
  });

  it('and nothing of any other, and cannot be written', () => {
    const { config, state } = runDetached('inside', 'exec sleep 1000', ['-m', '64m']);
    const mounts = readMountinfo(state.init.pid).filter(({ mountPoint }) => mountPoint.startsWith('/sys/fs/cgroup'));
    const groups = mounts.filter(({ fstype }) => fstype.startsWith('cgroup'));
    expect(groups.length).toBeGreaterThan(0);
    expect(new Set(groups.map(({ root }) => root.split('/').pop()))).toEqual(new Set([rootOf(config.id)]));
    for (const { options } of mounts) {
      expect(options).toEqual(expect.arrayContaining(['ro', 'nosuid', 'nodev', 'noexec']));
    }
    const write = `echo -1 > /sys/fs/cgroup/${LIMIT}`;
    expect(tslab(['exec', 'inside', 'sh', '-c', write]).stderr).toMatch(/Read-only file system/);
    output('rm', '-f', 'inside');
  });

  it('is that of a program that exec adds', () => {
    const { state } = runDetached('inside', 'exec sleep 1000', ['-m', '64m']);
    const told = (pid: string) => output('exec', 'inside', 'cat', `/proc/${pid}/cgroup`);
    expect(told('self')).toBe(told('1'));
    const link = output('exec', 'inside', 'readlink', '/proc/self/ns/cgroup').trim();
    expect(link).toBe(`cgroup:[${readNamespace(state.init.pid, 'cgroup')}]`);
    output('rm', '-f', 'inside');
  });

  it('where it has none, nothing of the host’s can be written', () => {
    const script = `cat /proc/self/mountinfo | grep -c ' - cgroup2* .*' ; (echo 1 > /sys/fs/cgroup/cgroup.procs) 2>&1`;
    const said = tslab(['run', '--rm', '--skip', 'cgroup', 'busybox', 'sh', '-c', script]).stdout;
    expect(said).toMatch(existsSync('/sys/fs/cgroup/memory') ? /^0\n/ : /^1\n.*Read-only file system\n$/);
  });
});

/** The cgroup's own name, as a mount's root has it; in a cgroup namespace that is the root, `/`. */
function rootOf(id: string): string {
  return existsSync('/sys/fs/cgroup/memory') ? id : '';
}
