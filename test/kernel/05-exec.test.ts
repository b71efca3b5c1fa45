import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_NAMESPACES, enterContainer, enterNamespaces } from '../../labs/05-exec/calls/enter.js';
import { execLab } from '../../labs/05-exec/lab.js';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openCgroups } from '../../src/cgroup/open.js';
import { findCgroups } from '../../src/cgroup/sweep.js';
import { call } from '../../src/kernel/call.js';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { type Child, start } from '../../src/kernel/process.js';
import { mayFail } from '../../src/kernel/syscall.js';
import { NAMESPACE_KINDS } from '../../src/procfs/namespaces.js';
import { ownProc, shell, thrownBy } from '../support/inside.js';
import { childrenOf } from '../support/leftovers.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/05-exec.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { runAsOrdinaryUser } from './ordinary-user.js';
import { expectHeld, expectOrder, expectWellFormed, lookAtHost, type Told, tellWithout, useLab } from './support.js';

const lab = useLab(execLab);

describe('lab 05-exec', () => {
  beforeEach((test) => needs(test, 'root'));

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('shows the namespaces as the kernel names them: those of tslab, and five others', () => {
    const [own = [], inside = []] = lab.told.seen('namespaces', /\/ns$/).map(({ value }) => value?.split('\n'));
    expect(own).toEqual(['mnt', 'pid', 'net', 'ipc', 'uts'].map((kind) => link('self', kind)));
    expect(inside.map((name) => name.split(':')[0])).toEqual(own.map((name) => name.split(':')[0]));
    expect(inside.filter((name) => own.includes(name))).toEqual([]);
  });

  it('enters one namespace with one flag', () => {
    const flags = callsOf('one-by-one').filter((text) => text.startsWith('setns'));
    expect(flags).toEqual(
      ['NET', 'UTS', 'NS'].map((kind) => expect.stringMatching(`^setns\\(\\d+, CLONE_NEW${kind}\\) = 0$`)),
    );
  });

  it('shows one pid after setns, and two after the clone that follows it', () => {
    const [alone, child] = lab.told.seen('pid', /status$/);
    expect(alone?.value).toMatch(/^NSpid:\t\d+$/);
    expect(child?.value).toMatch(/^NSpid:\t\d+\t2$/);
    expect(child?.changedBy).toMatch(/^clone\(.*CLONE_PARENT/);
  });

  it('shows the visitor in the namespaces of the container, as a child of tslab that knows no parent', () => {
    const [container, visitor] = lab.told.seen('all', /\/ns$/);
    expect(visitor?.value).toBe(container?.value);
    expect(visitor?.changedBy).toMatch(/^setns\(\d+, CLONE_NEWNS\|/);
    expect(lastSeen('all', /status$/)).toMatch(new RegExp(`^PPid:\t${process.pid}\nNSpid:\t\\d+\t2$`));
    expect(rowsOf(lab.told.printed('all'))).toEqual(['1 0 sleep', '2 0 sh', '3 2 ps']);
  });

  it('joins the cgroup before it enters anything', () => {
    const names = callsOf('cgroup').map((text) => text.slice(0, text.indexOf('(')));
    expect(names.join(' ')).toMatch(/ (openat write close )+setns clone execve$/);
    expect(callsOf('no-cgroup').filter((text) => text.startsWith('write'))).toEqual([]);
  });

  it('shows the cgroup of the visitor beside that of the container, and names the write only where there was one', () => {
    const cgroups = (step: string) => lab.told.seen(step, /\/cgroup$/).map(({ value }) => value);
    const ours = new RegExp(`/tslab/05-exec-${process.pid}$`, 'm');
    expect(cgroups('no-cgroup')).toEqual([expect.stringMatching(ours), expect.not.stringMatching(ours)]);
    expect(cgroups('cgroup')).toEqual([expect.stringMatching(ours), cgroups('cgroup')[0]]);
    expect(lab.told.seen('no-cgroup', /\/cgroup$/).filter(({ changedBy }) => changedBy)).toEqual([]);
    expect(lab.told.seen('cgroup', /\/cgroup$/)[1]?.changedBy).toMatch(/^write\(\d+, "0", 1\)$/);
  });

  it('prints the host’s directories through the open descriptor, and the container’s where it is closed', () => {
    const [outside, inside] = lab.told.printed('descriptor').trim().split('\n');
    expect(outside?.split(' ')).toEqual(namesIn('/'));
    expect(inside?.split(' ')).toEqual(namesIn(lab.root));
    expect(callsOf('descriptor').filter((text) => text.startsWith('chdir("/proc'))).toEqual([
      'chdir("/proc/self/fd/100") = 0',
      'chdir("/proc/self/fd/100") = -2',
    ]);
  });

  it('leaves the host alone, and no cgroup behind', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
    expect(ourCgroups()).toEqual([]);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  pid: ['pid: its child: two pids, one of them inside'],
  all: [
    'all: namespaces that it shares with the container',
    'all: its pid and its parent’s, as its own ps shows them',
    'all: when the container ends, so does the visitor',
  ],
  cgroup: [
    'cgroup: the visitor is in the same cgroup',
    'cgroup: the limit stops it',
    'cgroup: the kernel has refused a fork',
  ],
  descriptor: ['descriptor: closed in time, it leads to the container’s root'],
};

/** What leaks then, in what the lab shows. */
const LEAKS: Record<string, (leaky: Told) => void> = {
  pid: (leaky) => expect(lastSeen('pid', /status$/, leaky)).toMatch(/^NSpid:\t\d+$/),
  all: (leaky) => expect(lastSeen('all', /\/ns$/, leaky)).toContain(link('self', 'mnt')),
  cgroup: (leaky) => expect(leaky.printed('cgroup')).toBe('all started\n'),
  descriptor: (leaky) =>
    expect(leaky.printed('descriptor').trim().split('\n').at(-1)?.split(' ')).toEqual(namesIn('/')),
};

describe('lab 05-exec without', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(execLab.skippable)('%s fails the checks that depend on it, shows the leak and stays clean', async (step) => {
    LEAKS[step]?.(await tellWithout(step, lab, ABLATIONS[step] ?? []));
    expect(ourCgroups()).toEqual([]);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 05-exec, run by an ordinary user', () => {
  let told: Told;

  beforeEach((test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    told ??= runAsOrdinaryUser('labs/05-exec/lab', 'execLab');
  });

  it('holds, without the steps for which it would have to make a cgroup', () => {
    expect(told.broken).toEqual([]);
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expectOrder(told, execLab);
    expectWellFormed(told.events);
    const { impossible = [], status } = told.end;
    expect(status).toBe('held');
    expect([[], ['no-cgroup', 'cgroup']]).toContainEqual(impossible); // a cgroup may have been delegated
    const sentence = /^Not possible here: .+ tslab doctor says what would help\.$/;
    const left = told.steps.filter((step) => step.impossible);
    expect(left.map(({ id, prose }) => [id, prose])).toEqual(
      impossible.map((id) => [id, expect.stringMatching(sentence)]),
    );
  });

  it('enters the user namespace in every setns', () => {
    const entered = told.all('syscall').filter(({ name }) => name === 'setns');
    expect(entered.length).toBeGreaterThan(5);
    expect(entered.filter(({ text }) => !text.includes('CLONE_NEWUSER'))).toEqual([]);
    expect(entered.filter(({ result }) => result !== 0)).toEqual([]);
  });

  it('falls into the same trap', () => {
    expect(told.printed('descriptor').split('\n')[0]?.split(' ')).toEqual(namesIn('/'));
  });
});

describe('a visitor', () => {
  let container: Child;
  let pidfd: number;

  beforeEach((test) => {
    needs(test, 'root');
    const list = [...ownProc(), calls.sethostname('box')];
    container = start({ ...shell('exec sleep 100', list), namespaces: ALL_NAMESPACES });
    pidfd = call(calls.pidfdOpen(container.pid));
  });
  afterEach(async () => {
    call(mayFail(calls.kill(container.pid, k.SIGKILL)));
    await container.exited;
    call(calls.close(pidfd));
  });

  it('shares five namespaces with the container, and all others with the host', () => {
    const visitor = start(shell('exec sleep 100', enterContainer(pidfd, [])));
    const entered = ['ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'uts'];
    expect(
      KINDS.filter(
        (kind) =>
          link(visitor.pid, kind) === link(container.pid, kind) && link(visitor.pid, kind) !== link('self', kind),
      ),
    ).toEqual(entered);
    expect(KINDS.filter((kind) => link(visitor.pid, kind) === link('self', kind))).toEqual(
      KINDS.filter((kind) => !entered.includes(kind)),
    );
  });

  it('has three descriptors and none of tslab’s many', async () => {
    const visitor = start(shell('exec sleep 100', enterContainer(pidfd, [])));
    // A shell that looks for sleep has one more for a moment.
    await expect.poll(() => readdirSync(`/proc/${visitor.pid}/fd`)).toEqual(['0', '1', '2']);
    expect(readdirSync('/proc/self/fd').length).toBeGreaterThan(3);
  });

  it('ends with the container, killed, although it is a child of ours', async () => {
    const visitor = start(shell('exec sleep 100', enterContainer(pidfd, [])));
    expect(childrenOf(process.pid)).toContain(visitor.pid);
    call(calls.kill(container.pid, k.SIGKILL));
    expect(await visitor.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('that did not clone after setns is outside itself, but its children are born inside', async () => {
    const { alone, born } = await parentOutside(pidfd);
    expect(nspid(alone.pid)).toEqual([alone.pid]);
    expect(nspid(born)).toEqual([born, 2]);
    expect(link(born, 'pid')).toBe(link(container.pid, 'pid'));
    call(calls.kill(container.pid, k.SIGKILL));
    expect(await alone.exited).toMatchObject({ code: 0 });
  });

  it('keeps the container from ending until its parent has waited for it', async () => {
    const { alone } = await parentOutside(pidfd);
    process.kill(alone.pid, 'SIGSTOP');
    call(calls.kill(container.pid, k.SIGKILL));
    expect(await Promise.race([container.exited, delay(200, 'not yet')])).toBe('not yet');
    process.kill(alone.pid, 'SIGCONT');
    expect(await container.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('cannot go back: the pid namespace of the host is not below that of the container', () => {
    const host = calls.open('/proc/self/ns/pid', k.O_RDONLY); // opened while it is the host's
    const list = [host, ...enterNamespaces(pidfd, k.CLONE_NEWPID), calls.setns(host, k.CLONE_NEWPID)];
    expect(thrownBy(() => start(shell('exit 0', list)))).toMatchObject({ errno: 'EINVAL' });
  });

  it('finds a full container closed: into the cgroup it comes, but not past the clone', () => {
    const cgroup = fullCgroup(container);
    try {
      const list = enterContainer(pidfd, cgroup.joinCalls());
      const error = thrownBy(() => start(shell('exit 0', list)));
      expect(error).toMatchObject({ errno: 'EAGAIN' });
      expect(error.message).toMatch(/^clone\(/);
      expect(cgroup.pids().refused).toBe(1);
      expect(cgroup.procs()).toEqual([container.pid]);
    } finally {
      cgroup.remove();
    }
  });
});

const KINDS: readonly string[] = NAMESPACE_KINDS;

/** A process that is outside, with a child that is inside and for which it waits. */
async function parentOutside(pidfd: number): Promise<{ alone: Child; born: number }> {
  const alone = start(shell('sleep 100 & wait', [calls.setns(pidfd, k.CLONE_NEWPID)]));
  await expect.poll(() => childrenOf(alone.pid)).toHaveLength(1);
  return { alone, born: childrenOf(alone.pid)[0] ?? 0 };
}

/** The container in a cgroup that takes one process. */
function fullCgroup(container: Child): Cgroup {
  const cgroup = openCgroups().create(`05-exec-full-${process.pid}`, ['pids']);
  cgroup.setPidsLimit(1);
  cgroup.attach(container.pid);
  return cgroup;
}

/** A namespace as the kernel names it, such as `pid:[4026531836]`. */
function link(pid: number | 'self', kind: string): string {
  return readlinkSync(`/proc/${pid}/ns/${kind}`);
}

function nspid(pid: number): number[] {
  const numbers = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  return numbers.trim().split(/\s+/).map(Number);
}

/** What a shell prints for `*`, one name each. */
function namesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

/** The lines of a table without its head, one space between columns. */
function rowsOf(table: string): string[] {
  const lines = table.trim().split('\n').slice(1);
  return lines.map((line) => line.trim().replace(/\s+/g, ' '));
}

/** The last thing that was seen of a path in a step. */
function lastSeen(step: string, path: RegExp, told = lab.told): string | null | undefined {
  return told.seen(step, path).at(-1)?.value;
}

/** The calls of a step's children as C would have them, without those that only tidy up. */
function callsOf(step: string): string[] {
  const made = lab.told.all('syscall').filter((one) => one.step === step && one.by === 'child' && !one.housekeeping);
  return made.map(({ text, result }) => `${text} = ${result}`);
}

function ourCgroups(): string[] {
  return findCgroups().filter((path) => path.endsWith(`-${process.pid}`));
}
