import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import type { Container } from '../../../src/container/store/store.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { isAlive, listProcesses } from '../../../src/procfs/processes.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { shell, start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-options-'));
  mkdirSync(join(folder, 'dir'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  const all = listContainers(() => {}).map(({ config }) => config.name);
  if (all.length > 0) output('rm', '-fv', ...all);
});

/** A field of /proc/PID/status of the first process of a container with these options. */
function statusOf(field: string, ...flags: string[]): string | undefined {
  const { state } = runDetached('one', 'exec sleep 1000', flags);
  return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(readFileSync(`/proc/${state.init.pid}/status`, 'utf8'))?.[1];
}

function mountAt(place: string, { state }: Container) {
  return readMountinfo(state.init.pid).find(({ mountPoint }) => mountPoint === place);
}

describe.skipIf(!isRoot)('options of tslab run that the kernel shows (skipped without root)', () => {
  it('-h: the name in the UTS namespace of the container, and not ours', () => {
    const ours = readFileSync('/proc/sys/kernel/hostname', 'utf8');
    const { state } = runDetached('one', 'exec sleep 1000', ['-h', 'short']);
    expect(shell(`nsenter -u -t ${state.init.pid} uname -n`).stdout).toBe('short\n');
    expect(readFileSync('/proc/sys/kernel/hostname', 'utf8')).toBe(ours);
  });

  it('--cpuset-cpus: the scheduler lets the process on these alone', () => {
    const ours = /^Cpus_allowed_list:\s+(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    expect(statusOf('Cpus_allowed_list', '--cpuset-cpus', '0')).toBe('0');
    output('rm', '-f', 'one');
    expect(statusOf('Cpus_allowed_list')).toBe(ours);
  });

  it('--cpu-shares: who has a quarter of the weight gets a quarter of the time, on one CPU', { retry: 2 }, async () => {
    const spin = (name: string, shares: string) =>
      runDetached(name, 'while :; do :; done', ['--cpuset-cpus', '0', '--cpu-shares', shares]).state.init.pid;
    const [light, heavy] = [spin('light', '256'), spin('heavy', '1024')];
    const ticks = (pid: number) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    };
    const before = [ticks(light), ticks(heavy)] as const;
    await delay(2_000);
    const share = (ticks(light) - before[0]) / (ticks(heavy) - before[1]);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.4);
  });

  it('-e NAME: the value that it has here, and nothing where it has none', () => {
    const words = [
      'run',
      '-d',
      '--name',
      'one',
      '-e',
      'TSLAB_HERE',
      '-e',
      'TSLAB_NOT_HERE',
      'busybox',
      'sleep',
      '1000',
    ];
    expect(tslab(words, { TSLAB_HERE: 'yes, "it" is' }).status).toBe(0);
    const environment = readFileSync(`/proc/${findContainer('one').state.init.pid}/environ`, 'utf8').split('\0');
    expect(environment).toContain('TSLAB_HERE=yes, "it" is');
    expect(environment.filter((variable) => variable.startsWith('TSLAB_NOT_HERE'))).toEqual([]);
  });

  it('--env-file: comments and blank lines are none, what is behind the first = is the value, -e wins', () => {
    writeFileSync(join(folder, 'env'), '# a comment\n\nA=1=2\nB=from the file\n');
    output('run', '-d', '--name', 'one', '--env-file', join(folder, 'env'), '-e', 'B=b', 'busybox', 'sleep', '1000');
    const environment = readFileSync(`/proc/${findContainer('one').state.init.pid}/environ`, 'utf8').split('\0');
    expect(environment).toEqual(expect.arrayContaining(['A=1=2', 'B=b']));
    expect(environment.filter((variable) => /^(#|B=from|$)/.test(variable))).toEqual(['']);
  });

  it('--mount type=bind,readonly,bind-propagation: one mount, of that directory, that nobody can write', () => {
    const spec = `type=bind,source=${folder}/dir,target=/data,readonly,bind-propagation=rslave`;
    const one = runDetached('one', 'touch /data/x; exec sleep 1000', ['--mount', spec]);
    expect(mountAt('/data', one)?.options).toContain('ro');
    expect(statSync(`/proc/${one.state.init.pid}/root/data`).ino).toBe(statSync(join(folder, 'dir')).ino);
    expect(readMountinfo().filter(({ mountPoint }) => mountPoint === '/data')).toEqual([]);
  });

  it('--mount type=tmpfs: memory of that size and mode, gone with the container', () => {
    const spec = 'type=tmpfs,target=/scratch,tmpfs-size=1m,tmpfs-mode=700';
    const one = runDetached('one', 'exec sleep 1000', ['--mount', spec]);
    expect(mountAt('/scratch', one)).toMatchObject({ fstype: 'tmpfs' });
    expect(mountAt('/scratch', one)?.superOptions).toEqual(expect.arrayContaining(['size=1024k', 'mode=700']));
    expect(mountAt('/scratch', one)?.options).toEqual(expect.arrayContaining(['nosuid', 'nodev', 'noexec']));
  });

  it('-v …:z: docker’s word for SELinux changes nothing', () => {
    const one = runDetached('one', 'exec sleep 1000', ['-v', `${folder}/dir:/data:z`]);
    expect(mountAt('/data', one)?.options).toContain('rw');
  });

  it('-t: bytes that are no text come through the terminal as they are', () => {
    const bytes = shell("tslab run --rm -t busybox printf '\\377\\376\\001end' | od -An -tx1");
    expect(bytes.stdout.trim()).toBe('ff fe 01 65 6e 64');
  });

  it('-d --trace: the supervisor’s calls, on our standard error', () => {
    const { stdout, stderr } = tslab(['run', '-d', '--trace', '--name', 'one', 'busybox', 'sleep', '1000']);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(stderr).toMatch(/^child {2}pivot_root\("\.", "\."\) = 0$/m);
  });
});

describe.skipIf(!isRoot)('options of other commands that the kernel shows (skipped without root)', () => {
  it('exec --env-file: in the environment of that process alone', async () => {
    writeFileSync(join(folder, 'env'), 'FROM_FILE=yes\n');
    const { state } = runDetached('one', 'exec sleep 1000');
    output('exec', '-d', '--env-file', join(folder, 'env'), 'one', 'tail', '-f', '/dev/null');
    const tail = () => listProcesses().find(({ comm, pid }) => comm === 'tail' && sameRoot(pid, state.init.pid))?.pid;
    await until(() => tail() !== undefined);
    expect(readFileSync(`/proc/${tail()}/environ`, 'utf8').split('\0')).toContain('FROM_FILE=yes');
    expect(readFileSync(`/proc/${state.init.pid}/environ`, 'utf8')).not.toContain('FROM_FILE');
  });

  it('kill -s NUMBER: that signal', async () => {
    runDetached('one', "trap 'exit 4' USR1; echo ready; while :; do sleep 0.05; done");
    await until(() => output('logs', 'one') === 'ready\n');
    output('kill', '-s', '10', 'one');
    expect(output('wait', 'one')).toBe('4\n');
  });

  it('stop -t -1: no SIGKILL, however long it takes', async () => {
    const { state } = runDetached('one', "trap 'sleep 2; exit 6' TERM; echo ready; while :; do sleep 0.05; done");
    await until(() => output('logs', 'one') === 'ready\n');
    expect(output('stop', '-t', '-1', 'one')).toBe('one\n');
    expect(isAlive(state.init.pid, state.init.startTime)).toBe(false);
    expect(findContainer('one').state).toMatchObject({ status: 'exited', exitCode: 6 });
  });

  it('start -i: our input is its input, and its end ours', async () => {
    output('run', '-d', '-i', '--name', 'one', 'busybox', 'sh', '-c', 'read x; echo "got $x"; exit 5');
    output('stop', '-t', '0', 'one');
    const attached = start(['start', '-i', 'one']);
    attached.type('a line\n');
    expect(await attached.ended).toEqual({ status: 5, stdout: 'got a line\n' });
  });
});

function sameRoot(pid: number, other: number): boolean {
  const mounts = (one: number) => statSync(`/proc/${one}/ns/mnt`, { throwIfNoEntry: false })?.ino;
  return mounts(pid) === mounts(other);
}
