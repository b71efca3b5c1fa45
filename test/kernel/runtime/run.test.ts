import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import type { Container } from '../../../src/container/store/store.js';
import { NAMESPACE_KINDS, readNamespaces } from '../../../src/procfs/namespaces.js';
import { isAlive, listProcesses, readProcess } from '../../../src/procfs/processes.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { shell, start, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-run-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a script prints in a container of the foreground, which is removed. */
function inside(script: string, ...flags: string[]): string {
  return output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script).trimEnd();
}

describe.skipIf(!isRoot)('tslab run, in the foreground (skipped without root: it makes cgroups)', () => {
  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['kill -9 $$; sleep 1; exit 4', 4], // PID 1 cannot kill itself: pid_namespaces(7)
    ['sh -c "kill -9 \\$\\$"; exit $?', 137],
  ])('ends as the container does: %s', (script, status) => {
    expect(tslab(['run', '--rm', 'busybox', 'sh', '-c', script]).status).toBe(status);
  });

  it.each([
    [['nosuch'], 127, /"nosuch": executable file not found in \$PATH/],
    [['/no/such'], 127, /"\/no\/such": no such file or directory/],
    [['/etc'], 126, /"\/etc".*EACCES/],
    [['/etc/passwd'], 126, /"\/etc\/passwd".*EACCES/],
  ])('ends with docker’s status where the command cannot be run: %j', (command, status, reason) => {
    const ended = tslab(['run', '--rm', 'busybox', ...command]);
    expect(ended).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(reason) });
    expect(listContainers(() => {})).toEqual([]);
  });

  it('says of a program of no known format what it may be', () => {
    writeFileSync(join(folder, 'foreign'), 'no program', { mode: 0o755 });
    const { status, stderr } = tslab(['run', '--rm', '-v', `${folder}/foreign:/foreign`, 'busybox', '/foreign']);
    expect(`${status} ${stderr}`).toMatch(/^126 .*ENOEXEC.*\nexec format error: a program of another platform/);
  });

  it('shares with the host the user and cgroup namespaces and the clock, and the network only where it is told to', () => {
    const shared = (...flags: string[]) => {
      const { pid } = runDetached('ns', 'sleep 1000', flags).state.init;
      const [ours, its] = [readNamespaces('self'), readNamespaces(pid)];
      output('rm', '-f', 'ns');
      return NAMESPACE_KINDS.filter((kind) => ours[kind] === its[kind] && ours[kind] !== null).sort();
    };
    expect(shared()).toEqual(['cgroup', 'time', 'time_for_children', 'user']);
    expect(shared('--network', 'host')).toEqual(['cgroup', 'net', 'time', 'time_for_children', 'user']);
  });

  it('sees only itself, under a root and a name of its own', () => {
    expect(inside('echo $$; ls -d /proc/[0-9]* | wc -l; hostname', '--hostname', 'box')).toMatch(/^1\n\d\nbox$/);
    const links = 'hostname; echo $HOSTNAME; cat /sys/class/net/lo/operstate; ls /sys/class/net';
    expect(inside(links, '--network', 'none')).toMatch(/^([0-9a-f]{12})\n\1\nunknown\nlo$/);
    expect(inside('hostname', '--network', 'host')).toBe(readFileSync('/proc/sys/kernel/hostname', 'utf8').trim());
  });

  it('has no descriptor of ours, no signal ignored or blocked, a session of its own', () => {
    const { pid } = detachedSleep('bare').state.init;
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^SigBlk:\s+0+\nSigIgn:\s+0+$/m);
    expect(readdirSync(`/proc/${pid}/fd`)).toEqual(['0', '1', '2']);
    expect(readProcess(pid)).toMatchObject({ session: pid, pgrp: pid });
    output('rm', '-f', 'bare');
  });

  it('gives the environment that docker gives, and what is asked for', () => {
    writeFileSync(join(folder, 'env'), '# comment\nA=file\nB=file\nTSLAB_TEST_HERE\n');
    const words = ['run', '--rm', '-e', 'A=1', '-e', 'EMPTY=', '--env-file', join(folder, 'env'), 'busybox', 'env'];
    const env = tslab(words, { TSLAB_TEST_HERE: 'yes' }).stdout.trimEnd().split('\n').sort();
    expect(env).toEqual([
      'A=1',
      'B=file',
      'EMPTY=',
      'HOME=/root',
      expect.stringMatching(/^HOSTNAME=[0-9a-f]{12}$/),
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'TSLAB_TEST_HERE=yes',
    ]);
  });

  it('makes the working directory where it is missing, also for an ordinary user', () => {
    expect(inside('pwd', '-w', '/tmp')).toBe('/tmp');
    expect(inside('pwd; stat -c %u .', '-w', '/new/place', '-u', '1000')).toBe('/new/place\n0');
  });

  it('makes it in the container only, whatever directory the caller has left open', () => {
    const open = mkdtempSync(join(folder, 'open-'));
    const { status } = shell(`exec 9<${open}; tslab run --rm -w /proc/self/fd/9/led-out busybox true`);
    expect({ status, outside: readdirSync(open) }).toEqual({ status: 125, outside: [] });
  });

  it.each([
    ['1000', 'Uid:\t1000\t1000\t1000\t1000\nGid:\t0\t0\t0\t0'],
    ['1000:2000', 'Uid:\t1000\t1000\t1000\t1000\nGid:\t2000\t2000\t2000\t2000'],
    ['nobody', 'Uid:\t65534\t65534\t65534\t65534\nGid:\t65534\t65534\t65534\t65534'],
    ['root', 'Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0'],
  ])('becomes the user -u %s', (user, ids) => {
    expect(inside('grep -E "^[UG]id" /proc/self/status', '-u', user)).toBe(ids);
  });

  it('cannot write its root with --read-only, but a tmpfs on it', () => {
    const script = 'touch /x 2>&1; touch /t/x && echo written; grep " / / " /proc/self/mountinfo | cut -d" " -f6';
    expect(inside(script, '--read-only', '--tmpfs', '/t')).toMatch(/Read-only file system\nwritten\nro,/);
  });

  it('starts the entrypoint, with the command as its arguments', () => {
    expect(output('run', '--rm', '--entrypoint', 'echo', 'busybox', '-n', 'hello')).toBe('hello');
  });

  it('has an init as PID 1 with --init, which reaps and hands signals on', async () => {
    const orphans = 'sh -c "sleep 0.1 &"; exec sleep 1000';
    const [without, reaped] = [runDetached('without', orphans), runDetached('with', orphans, ['--init'])];
    await until(() => zombiesOf(without).length === 1 && zombiesOf(reaped).length === 0);
    expect(readProcess(reaped.state.init.pid)?.comm).not.toBe('sleep');
    output('rm', '-f', 'without', 'with');
    const { status } = tslab(['run', '--rm', '--init', 'busybox', 'sh', '-c', 'exit 9']);
    expect(status).toBe(9);
    const waiting = start(['run', '--rm', '--init', 'busybox', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await waiting.seen('ready');
    waiting.kill('SIGTERM');
    expect((await waiting.ended).status).toBe(143);
  });

  it('reads our input with -i, to its end, and nothing without', () => {
    expect(piped('some\ninput', ['run', '--rm', '-i', 'busybox', 'cat'])).toBe('some\ninput');
    expect(piped('some\ninput', ['run', '--rm', 'busybox', 'cat'])).toBe('');
  });

  it('passes bytes through that are no text, and a lot of them, however slowly they are read', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    expect(piped(bytes, ['run', '--rm', '-i', 'busybox', 'cat'], 'latin1')).toBe(bytes.toString('latin1'));
    const slowly = "tslab run --rm busybox sh -c 'yes 0123456789 | head -c 3000000' | (sleep 1; wc -c)";
    expect(shell(slowly).stdout).toBe('3000000\n');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)('hands %s on', async (signal) => {
    const name = signal.slice(3);
    const script = `trap 'echo got ${name}; exit 5' ${name}; echo ready; while :; do sleep 0.05; done`;
    const running = start(['run', '--rm', 'busybox', 'sh', '-c', script]);
    await running.seen('ready');
    running.kill(signal);
    expect(await running.ended).toEqual({ status: 5, stdout: `ready\ngot ${name}\n` });
  });

  it('takes the third SIGINT for a SIGKILL, since PID 1 may not end', async () => {
    const script = "trap 'echo interrupted' INT; echo ready; while :; do sleep 0.05; done";
    const running = start(['run', '--rm', 'busybox', 'sh', '-c', script]);
    await running.seen('ready');
    for (const times of [1, 2]) {
      running.kill('SIGINT');
      await running.seen('interrupted', times);
    }
    running.kill('SIGINT');
    expect((await running.ended).status).toBe(137);
  });

  it('takes the container along when it is killed itself', async () => {
    const running = start(['run', '--name', 'orphan', 'busybox', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await running.seen('ready');
    const { pid, startTime } = findContainer('orphan').state.init;
    running.kill('SIGKILL');
    await running.ended;
    await until(() => findContainer('orphan').state.status === 'exited');
    expect(isAlive(pid, startTime)).toBe(false);
    expect(findContainer('orphan').state).toMatchObject({ exitCode: 137, error: expect.stringMatching(/unknown/) });
    output('rm', 'orphan');
  });

  it('keeps the container, unless it shall go with --rm', () => {
    expect(tslab(['run', '--name', 'kept', 'busybox', 'sh', '-c', 'exit 2']).status).toBe(2);
    expect(findContainer('kept').state).toMatchObject({ status: 'exited', exitCode: 2 });
    output('rm', 'kept');
    expect(tslab(['run', '--rm', '--name', 'gone', 'busybox', 'true']).status).toBe(0);
    expect(listContainers(() => {})).toEqual([]);
  });

  it('removes first what a run that was killed has left', () => {
    const draft = join(state(), 'containers/.tmp-999999-5-left');
    mkdirSync(draft);
    writeFileSync(join(state(), 'ledger/999999-5.jsonl'), JSON.stringify({ kind: 'directory', name: draft }));
    const { stdout, stderr } = tslab(['run', '--rm', 'busybox', 'echo', 'hello']);
    expect({ stdout, stderr }).toEqual({
      stdout: 'hello\n',
      stderr: expect.stringMatching(/removed what an earlier run left/),
    });
    expect(readdirSync(join(state(), 'containers'))).toEqual([]);
  });

  it('takes 64 KiB of environment, and 10,000 arguments', () => {
    const value = 'x'.repeat(65_536);
    expect(inside('echo -n $BIG | wc -c', '-e', `BIG=${value}`)).toBe('65536');
    const many = Array.from({ length: 10_000 }, (_, i) => String(i));
    expect(output('run', '--rm', 'busybox', 'sh', '-c', 'echo $#', 'sh', ...many)).toBe('10000\n');
  });

  it('shows with --trace the calls that it made, on standard error, by the process that made them', () => {
    const { stdout, stderr } = tslab(['run', '--rm', '--trace', 'busybox', 'echo', 'hello']);
    expect(stdout).toBe('hello\n');
    expect(stderr).toMatch(/^tslab {2}clone\(.*CLONE_NEWPID.*\) = \d+$/m);
    expect(stderr).toMatch(/^child {2}pivot_root\("\.", "\."\) = 0$/m);
    expect(stderr).toMatch(/^child {2}execve\(".*\/echo", \["echo", "hello"\], .*\)$/m);
  });

  it('shows them with --dry-run before they are made, and makes nothing', () => {
    const plan = output('run', '--dry-run', '-v', 'never:/data', 'busybox', 'true');
    expect(plan).toMatch(/^# pivot \(lab 02-rootfs\)\npivot_root\("\.", "\."\)$/m);
    expect(plan).toMatch(/^# volumes \(lab 06-volumes\)$/m);
    // They are files, although none of them is there yet.
    expect(plan.match(/^mk.*"\/etc\/.*$/gm)).toEqual(
      ['hostname', 'hosts', 'resolv.conf'].map((name) => expect.stringMatching(`^mknodat.*"/etc/${name}"`)),
    );
    expect(listContainers(() => {})).toEqual([]);
    expect(output('volume', 'ls', '-q')).toBe('');
  });

  it('leaves out what --skip names, and the container shows it', () => {
    const mounts = 'wc -l < /proc/self/mountinfo';
    const host = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length;
    expect(Number(inside(mounts))).toBeLessThan(40);
    expect(Number(inside(mounts, '--skip', 'umount-old-root'))).toBeGreaterThan(host);
    expect(inside('head -c 9 /proc/interrupts | wc -c')).toBe('0');
    expect(inside('head -c 9 /proc/interrupts | wc -c', '--skip', 'mask')).toBe('9');
  });
});

/** A container with a program that changes nothing of what it was given, as a shell would. */
function detachedSleep(name: string): Container {
  output('run', '-d', '--name', name, 'busybox', 'sleep', '1000');
  return findContainer(name);
}

/** Processes of a container that have ended and that nobody has waited for. */
function zombiesOf({ state: { init } }: Container) {
  return listProcesses().filter(({ ppid, state }) => ppid === init.pid && state === 'Z');
}

/** What the program prints with this as its standard input. */
function piped(input: string | Buffer, words: string[], encoding: BufferEncoding = 'utf8'): string {
  const file = join(folder, 'input');
  writeFileSync(file, input);
  const script = `exec '${process.execPath}' '${TSLAB}' "$@" < '${file}'`;
  return spawnSync('bash', ['-c', script, 'bash', ...words]).stdout.toString(encoding);
}
