import { closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../src/kernel/call.js';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { type Child, start } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { readNspid } from '../../src/procfs/namespaces.js';
import { ownProc, run, shell, thrownBy } from '../support/inside.js';
import { holdings } from '../support/leftovers.js';

const ALL = k.CLONE_NEWPID | k.CLONE_NEWNS | k.CLONE_NEWUTS;

let container: Child;
let pidfd: number;
beforeEach(() => {
  const list = [...ownProc(), calls.sethostname('container')];
  container = start({ ...shell('exec sleep 100', list), namespaces: ALL });
  pidfd = call(calls.pidfdOpen(container.pid));
});
afterEach(async () => {
  call(calls.kill(container.pid, k.SIGKILL));
  await container.exited;
  closeSync(pidfd);
});

/** setns(2) moves only later children into a pid namespace, so the list clones one (pid_namespaces(7)). */
const enter = (...more: Syscall[]) => [calls.setns(pidfd, ALL), calls.clone(0), ...more];

describe('entering a container', () => {
  it('gives a process a number inside and another outside', async () => {
    const child = start({ ...shell('read wait', enter()), stdio: ['pipe', 1, 2] });
    expect(readNspid(child.pid)).toEqual([child.pid, 2]);
    child.stdin?.end('\n');
    await child.exited;
  });

  it('shows its processes and its host name, and leaves ours alone', async () => {
    const before = hostname();
    const { output } = await run(shell('uname -n; cat /proc/1/comm', enter()));
    expect(output).toBe('container\nsleep\n');
    expect(hostname()).toBe(before);
  });

  it('gives the exit status of the program, not that of its parent in the list', async () => {
    expect(await run(shell('exit 9', enter()))).toMatchObject({ code: 9 });
  });

  it('leaves only the program as a child of ours', async () => {
    const child = start({ ...shell('read wait', enter()), stdio: ['pipe', 1, 2] });
    expect(holdings().children).toEqual([container.pid, child.pid].sort((a, b) => a - b));
    child.stdin?.end('\n');
    await child.exited;
  });

  it('shows the clone in the trace with the pid that its caller saw', async () => {
    const { child } = await run(shell('exit 0', enter()));
    expect(child.trace().find((record) => record.call.name === 'clone')?.result).toBe(BigInt(child.pid));
  });

  it('fails with ESRCH where the container is gone', async () => {
    const short = start(shell('exit 0'));
    const stale = call(calls.pidfdOpen(short.pid));
    await short.exited;
    const error = thrownBy(() => start(shell('exit 0', [calls.setns(stale, ALL), calls.clone(0)])));
    closeSync(stale);
    expect(error.message).toMatch(/^setns\(\d+, .*\) failed: ESRCH .*: the process behind the pidfd is gone/);
  });

  it('leaves nothing where the list fails inside', () => {
    const before = holdings();
    expect(() => start(shell('exit 0', enter(calls.chdir('/no/such'))))).toThrow('chdir("/no/such") failed: ENOENT');
    expect(holdings()).toEqual(before);
  });
});

describe('a pid namespace in a pid namespace', () => {
  it('gives one process three numbers', async () => {
    const spec = shell('echo $$; read wait', enter(calls.clone(k.CLONE_NEWPID)));
    const child = start({ ...spec, stdio: ['pipe', 'pipe', 2] });
    expect(readNspid(child.pid)).toEqual([child.pid, 3, 1]);
    child.stdin?.end('\n');
    expect((await child.stdout?.toArray())?.join('')).toBe('1\n');
    expect(await child.exited).toMatchObject({ code: 0 });
  });

  it('leaves nothing where the list fails in the innermost', () => {
    const before = holdings();
    const list = enter(calls.clone(k.CLONE_NEWPID), calls.chdir('/no/such'));
    expect(() => start(shell('exit 0', list))).toThrow('chdir("/no/such") failed: ENOENT');
    expect(holdings()).toEqual(before);
  });

  it('cannot be made by the init of one with CLONE_PARENT: clone(2)', () => {
    const spec = { ...shell('exit 0', [calls.clone(k.CLONE_NEWPID)]), namespaces: k.CLONE_NEWPID };
    expect(thrownBy(() => start(spec))).toMatchObject({ errno: 'EINVAL' });
  });
});
