import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { compareHost } from '../../../src/lab/host.js';
import type { Snapshot, Subject } from '../../../src/procfs/snapshot.js';

const NOTHING = 'nothing changed, nothing left';
const HOST: Snapshot = {
  mount: new Map([['/', '1 0 8:1 /']]),
  cgroup: new Map([['/sys/fs/cgroup/tslab', 'cgroup2']]),
  process: new Map([['1@7', 'init']]),
  link: new Map([['lo', 'ifindex 1']]),
  namespace: new Map([['net', '4026531840']]),
  hostname: new Map([['hostname', 'vm']]),
};

describe('the comparison of the host', () => {
  it('holds where all is as it was', () => {
    const name = 'the host is as it was before';
    const check = { type: 'check', step: 'host', name, expected: NOTHING, actual: NOTHING, held: true };
    expect(compareHost(HOST, HOST)).toEqual(check);
  });

  it('fails for a process of ours that is still there', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    expect(compareHost(HOST, HOST).actual).toMatch(new RegExp(`^process ${child.pid} \\(.+\\) is still there$`));
    child.kill();
    await once(child, 'exit');
    expect(compareHost(HOST, HOST).held).toBe(true);
  });

  it.each<[Subject, string]>([
    ['mount', '/left'],
    ['link', 'veth0'],
    ['cgroup', `/sys/fs/cgroup/tslab/join-${process.pid}`],
    ['cgroup', `/sys/fs/cgroup/tslab/join-${process.pid}/inner`],
  ])('fails for a %s that has appeared, and names it: %s', (what, name) => {
    const after = { ...HOST, [what]: new Map([...HOST[what], [name, 'new']]) };
    expect(compareHost(HOST, after)).toMatchObject({ held: false, actual: `${what} ${name} appeared` });
  });

  it.each<[Subject, string]>([
    ['mount', '/'],
    ['link', 'lo'],
    ['namespace', 'net'],
    ['hostname', 'hostname'],
  ])('fails for a %s that has changed or vanished', (what, name) => {
    const changed = { ...HOST, [what]: new Map([[name, 'other']]) };
    expect(compareHost(HOST, changed)).toMatchObject({ held: false, actual: `${what} ${name} changed` });
    expect(compareHost(HOST, { ...HOST, [what]: new Map() })).toMatchObject({
      held: false,
      actual: `${what} ${name} vanished`,
    });
  });

  it.each<[Subject, string]>([
    ['process', '2@8'],
    ['cgroup', '/sys/fs/cgroup/tslab/join-1'],
  ])('holds for a %s of somebody else', (what, name) => {
    const after = { ...HOST, [what]: new Map([...HOST[what], [name, 'new']]) };
    expect(compareHost(HOST, after).held).toBe(true);
  });
});
