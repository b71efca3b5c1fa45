import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../../src/procfs/mountinfo.js';
import { diffSnapshots, nameMounts, takeSnapshot } from '../../../src/procfs/snapshot.js';
import { PROPAGATION } from './fixtures/mountinfo.js';

describe('takeSnapshot', () => {
  it('sees the machine that it was taken on', () => {
    const { mount, process: processes, namespace, hostname } = takeSnapshot();
    expect(mount.get('/proc')).toContain('- proc ');
    expect([...processes.keys()].some((name) => name.startsWith(`${process.pid}@`))).toBe(true);
    expect(namespace.get('pid')).toMatch(/^\d+$/);
    expect(hostname.get('hostname')).not.toBe('');
  });
});

describe('diffSnapshots', () => {
  it('finds a process that was left behind, and that it is gone again', async () => {
    const before = takeSnapshot();
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const during = takeSnapshot();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = takeSnapshot();

    const name = expect.stringMatching(`^${child.pid}@`);
    expect(diffSnapshots(before, during)).toContainEqual({ what: 'process', kind: 'appeared', name, after: 'sleep' });
    expect(diffSnapshots(during, after)).toContainEqual({ what: 'process', kind: 'vanished', name, before: 'sleep' });
  });

  it('names the subject of each change', () => {
    const before = takeSnapshot();
    const after = { ...before, hostname: new Map([['hostname', 'mybox']]), link: new Map() };
    expect(new Set(diffSnapshots(before, after).map(({ what, kind }) => `${what} ${kind}`))).toEqual(
      new Set(['link vanished', 'hostname changed']),
    );
  });
});

describe('nameMounts', () => {
  it('gives each of two mounts at one place a name', () => {
    const named = nameMounts(parseMountinfo(PROPAGATION));
    expect(named.get('/mnt/shared/sub')).toBe('77 69 0:49 / rw,relatime shared:3 - tmpfs first rw');
    expect(named.get('/mnt/shared/sub (2)')).toBe('80 77 0:50 / rw,relatime shared:5 - tmpfs second rw');
  });

  it('shows a mount that was only made shared as changed', () => {
    const before = nameMounts(parseMountinfo(PROPAGATION));
    const after = nameMounts(parseMountinfo(PROPAGATION.replace('/mnt rw,relatime -', '/mnt rw,relatime shared:9 -')));
    expect([...after].filter(([name, value]) => before.get(name) !== value)).toEqual([
      ['/mnt', '63 43 0:39 / rw,relatime shared:9 - tmpfs base rw'],
    ]);
  });
});
