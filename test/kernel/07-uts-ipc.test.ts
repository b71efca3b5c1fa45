import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shiftClocks } from '../../labs/07-uts-ipc/calls/clock.js';
import { utsIpcLab } from '../../labs/07-uts-ipc/lab.js';
import { findCgroups } from '../../src/cgroup/sweep.js';
import { exitGroup } from '../../src/kernel/calls/index.js';
import { start } from '../../src/kernel/process.js';
import { thrownBy } from '../support/inside.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/07-uts-ipc.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { runAsOrdinaryUser } from './ordinary-user.js';
import { expectHeld, expectOrder, expectWellFormed, type Told, tellWithout, useLab } from './support.js';

const lab = useLab(utsIpcLab);

/** The machine's own name, domain and IPC objects, which no step may touch. */
function machine(): unknown {
  const read = (path: string) => readFileSync(path, 'utf8');
  const ofIpc = ['msg', 'sem', 'shm'].map((kind) => read(`/proc/sysvipc/${kind}`).split('\n').length);
  const limits = ['msgmax', 'domainname'].map((name) => read(`/proc/sys/kernel/${name}`));
  return [hostname(), ofIpc, limits, readdirSync('/dev')];
}

describe('lab 07-uts-ipc', () => {
  beforeEach((test) => needs(test, 'root'));

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('renames a host that is none: a process in namespaces of its own', () => {
    const [before, after] = lab.told.seen('shared-name', /hostname$/);
    expect([before?.value, after?.value]).toEqual(['host', 'leaked']);
    expect(after?.changedBy).toMatch(/^sethostname\("leaked", 6\)$/);
    expect(hostname()).not.toBe('leaked');
  });

  it('names the calls that empty the host’s IPC namespace, and only those', () => {
    const after = lab.told.seen('shared-ipc', /sysvipc$/).at(-1);
    const causes = (after?.causes ?? []).map((place) => lab.told.all('syscall')[place]);
    expect(after?.value).toBe('msg 0, sem 0, shm 0');
    expect(after?.changedBy).toMatch(/msgctl.*semctl.*shmctl/);
    expect(causes).toHaveLength(3);
  });

  it('makes the same two calls in both IPC namespaces, with other results', () => {
    expect(resultsOf('shared-ipc', 'msgrcv')).toEqual([5]);
    expect(resultsOf('ipc', 'msgrcv')).toEqual(['EINVAL']);
    expect(resultsOf('ipc', 'msgget')).toEqual([expect.any(Number), 'ENOENT']);
  });

  it('shows clocks ahead of those of the host, through a program that the shell has forked', () => {
    expect(lab.told.seen('time', /^\/proc\/\d+\/timens_offsets$/)[0]?.value).toMatch(
      /^monotonic +86400 +0\nboottime +864000 +0$/,
    );
    const [uptime = ''] = lab.told.printed('time').split('\n');
    expect(Number.parseFloat(uptime)).toBeGreaterThan(864_000);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  hostname: ['hostname: the host name outside'],
  ipc: [
    'ipc: the host’s key, looked up inside',
    'ipc: the message that the container takes',
    'ipc: the container’s IPC objects',
    'ipc: the longest message allowed, inside and outside',
  ],
  mqueue: ['mqueue: the queues in a mount of the container’s own', 'mqueue: the next message, by the same path'],
  shm: ['shm: segments in a mount of the container’s own', 'shm: 128 KiB where there is room for 64'],
  time: ['time: uptime, in days ahead of the host’s', 'time: monotonic clock, in days ahead'],
  'cgroup-ns': [
    'cgroup-ns: the container’s cgroup, with a cgroup namespace',
    'cgroup-ns: the root of the host’s cgroup mount',
  ],
};

describe('lab 07-uts-ipc without', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(utsIpcLab.skippable)('%s fails the checks that depend on it, and leaves the machine alone', async (step) => {
    const before = machine();
    await tellWithout(step, lab, ABLATIONS[step] ?? []);
    expect(machine()).toEqual(before);
    expect(findCgroups().filter((path) => path.endsWith(`-${process.pid}`))).toEqual([]);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 07-uts-ipc, run by an ordinary user', () => {
  let told: Told;

  beforeEach((test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    told ??= runAsOrdinaryUser('labs/07-uts-ipc/lab', 'utsIpcLab');
  });

  it('holds, without the step for which it would have to make a cgroup', () => {
    expect(told.broken).toEqual([]);
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expectOrder(told, utsIpcLab);
    expectWellFormed(told.events);
    const { impossible = [], status } = told.end;
    expect(status).toBe('held');
    expect([[], ['cgroup-ns']]).toContainEqual(impossible); // a cgroup may have been delegated
  });

  it('is told the reason of what is left out', () => {
    const left = told.steps.filter(({ impossible }) => impossible);
    for (const { prose } of left) expect(prose).toMatch(/^Not possible here: .+ tslab doctor says what would help\.$/);
  });

  it('takes the messages of its own stand-in host as root does', () => {
    expect(resultsOf('shared-ipc', 'msgrcv', told)).toEqual([5]);
    expect(told.seen('shared-name', /hostname$/).at(-1)?.value).toBe('leaked');
  });
});

describe('a time namespace', () => {
  beforeEach((test) => {
    needs(test, 'root');
    needs(test, 'time namespaces');
  });
  let list: (offset: number) => () => unknown;
  beforeAll(() => {
    list = (boottime) => () => start({ calls: [...shiftClocks({ monotonic: 0, boottime }), exitGroup(0)] });
  });

  it('takes no offset that leads before the boot', () => {
    expect(list(10)).not.toThrow();
    expect(thrownBy(list(-1_000_000_000))).toMatchObject({ errno: 'ERANGE' });
  });
});

/** The results of the calls of a name that a step’s children made: a number, or the errno. */
function resultsOf(step: string, name: string, told = lab.told): unknown[] {
  const made = told.all('syscall').filter((one) => one.step === step && one.name === name && !one.housekeeping);
  return made.map(({ result, errno }) => errno ?? result);
}
