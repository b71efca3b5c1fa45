import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markProgram } from '../../src/cli/commands/namespaces/program-words.js';
import * as calls from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { mapToRoot } from '../../src/kernel/credentials/user-namespace.js';
import { type Child, start } from '../../src/kernel/process.js';
import { ownProc, shell } from '../support/inside.js';
import { needs } from '../support/needs.js';
import { output, runDetached, useOwnState } from './runtime-info/containers.js';
import { atTerminal, tslab } from './tslab.js';

useOwnState();

const ALL = k.CLONE_NEWNS | k.CLONE_NEWUTS | k.CLONE_NEWIPC | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWCGROUP;
const LINKS = 'for kind in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$kind; done';

let target: Child;
beforeEach(async (test) => {
  needs(test, 'root');
  target = await staying(ALL);
});
afterEach(async () => {
  target.stdin?.end();
  await target.exited;
});

/** A process with namespaces of its own, whose host name is box. */
async function staying(namespaces: number, prepare?: (pid: number) => void): Promise<Child> {
  const list = [...(namespaces & k.CLONE_NEWNS ? ownProc() : []), calls.sethostname('box')];
  const child = start({ ...shell('echo here; read wait', list), namespaces, stdio: ['pipe', 'pipe', 2] }, prepare);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

function enter(...words: readonly string[]) {
  return tslab(['enter', ...words]);
}

describe('tslab enter', () => {
  it.each(['-n', '-u', '-m -p', '-p', '-i', '-C', '-u -n', '-m -u -i -n -p -C', '--net --uts'])(
    'goes with %s where nsenter goes',
    (flags) => {
      const words = ['-t', `${target.pid}`, ...flags.split(' '), 'sh', '-c', LINKS];
      const peer = spawnSync('nsenter', words, { encoding: 'utf8' });
      expect([peer.status, peer.stderr]).toEqual([0, '']);
      const { status, stdout, stderr } = enter(...words);
      expect([status, stderr, stdout]).toEqual([0, '', peer.stdout]);
    },
  );

  it('takes letters together', () => {
    const words = ['-c', LINKS];
    const apart = enter(`${target.pid}`, '-n', '-u', 'sh', ...words);
    expect(enter(`${target.pid}`, '-nu', 'sh', ...words).stdout).toBe(apart.stdout);
  });

  it('goes into all that are not ours where none is named; as PID of that namespace', () => {
    const { stdout } = enter(`${target.pid}`, 'sh', '-c', 'hostname; echo /proc/[0-9]*');
    expect(stdout).toMatch(/^box\n\/proc\/1 \/proc\/\d+\n$/);
  });

  it('enters a time namespace, which a process that shares memory may not', (test) => {
    needs(test, 'time namespaces');
    needs(test, 'lsns and nsenter');
    const script = `p=$$; echo $(readlink /proc/$p/ns/time); read wait`;
    const timed = start({
      calls: [
        calls.execve('/usr/bin/unshare', ['unshare', '-T', '--fork', 'sh', '-c', script], ['PATH=/bin:/usr/bin']),
      ],
      stdio: ['pipe', 'pipe', 2],
    });
    return new Promise<void>((resolve, reject) => {
      timed.stdout?.once('data', (text: Buffer) => {
        const pid = spawnSync('ps', ['-o', 'pid=', '--ppid', `${timed.pid}`], { encoding: 'utf8' }).stdout.trim();
        const { stdout } = enter(pid, '--time', 'readlink', '/proc/self/ns/time');
        timed.stdin?.end();
        timed.exited.then(() => expect(stdout).toBe(text.toString())).then(resolve, reject);
      });
    });
  });

  it('is user 0 in a user namespace, as nsenter is, unless credentials are preserved', async () => {
    const own = await staying(k.CLONE_NEWUSER | k.CLONE_NEWUTS, mapToRoot);
    expect(enter(`${own.pid}`, '-Uu', 'sh', '-c', 'id -u; hostname').stdout).toBe('0\nbox\n');
    const kept = enter(`${own.pid}`, '-U', '--preserve-credentials', 'id', '-u');
    expect([kept.status, kept.stdout]).toEqual([0, '0\n']);
    own.stdin?.end();
    await own.exited;
  });

  it('takes a user, a group, a working directory and a root', () => {
    const { stdout } = enter(`${target.pid}`, '-n', '-S', '65534', '-G', '65533', 'sh', '-c', 'id -u; id -g; id -G');
    expect(stdout).toBe('65534\n65533\n65533\n');
    expect(enter(`${target.pid}`, '-m', '--root', '--wd', 'pwd').stdout).toBe(`${process.cwd()}\n`);
  });

  it('ends as the program does: with its status, 126 and 127', () => {
    expect(enter(`${target.pid}`, '-u', 'sh', '-c', 'exit 7').status).toBe(7);
    expect(enter(`${target.pid}`, '-u', 'sh', '-c', 'kill -9 $$').status).toBe(137);
    expect(enter(`${target.pid}`, '-u', '/etc/passwd').status).toBe(126);
    const { status, stderr } = enter(`${target.pid}`, '-u', 'nosuch', '--help');
    expect([status, stderr]).toEqual([127, 'tslab: there is no program "nosuch" on the host\n']);
  });

  it('shows its calls with --trace, on standard error', () => {
    const { stdout, stderr } = enter(`${target.pid}`, '-np', '--trace', '/bin/echo', '--json');
    expect(stdout).toBe('--json\n');
    expect(stderr).toMatch(
      new RegExp(
        `pidfd_open\\(${target.pid}, 0\\) = 3\n.*setns\\(3, CLONE_NEWPID\\|CLONE_NEWNET\\) = 0\n.*clone\\(CLONE_PARENT\\|SIGCHLD`,
      ),
    );
  });

  it('has a terminal with job control: Ctrl-C ends what runs in the shell, not the shell', async () => {
    const session = atTerminal(`enter ${target.pid} -u sh -i`);
    session.type('hostname; tty\n');
    await session.seen('box');
    // Said by what runs: the terminal is its own by then, and no longer the shell's.
    session.type(`sh -c 'echo be"gi"ns; exec sleep 100'\n`);
    await session.seen('begins');
    session.type('\x03');
    session.type('echo st"il"l; exit 5\n');
    await session.seen('still');
    expect((await session.ended).status).toBe(5);
  });

  it('takes a container by its name', () => {
    const web = runDetached('web', 'exec sleep 60', ['--network', 'none', '--hostname', 'shop']);
    expect(enter('web', '--uts', 'hostname').stdout).toBe('shop\n');
    expect(enter('web', 'sh', '-c', 'hostname; cat /proc/1/comm').stdout).toBe('shop\nsleep\n');
    expect(enter('wbe').stderr).toMatch(/^tslab: No such container: wbe\nDid you mean web\?/);
    expect(web.state.init.pid).toBeGreaterThan(0);
    output('rm', '-f', 'web');
  });

  it.each([
    [[], 'enter what? A container or a process'],
    [['4194305', 'true'], 'there is no process 4194305'],
    [
      [`${process.pid}`, '--user', 'true'],
      `--user: this process is in the user namespace of ${process.pid} already, and nobody may enter that again (EINVAL, setns(2))`,
    ],
    [
      [`${process.pid}`, 'true'],
      `${process.pid} has all its namespaces in common with this process: there is nothing to enter`,
    ],
    [[`${process.pid}`, '-S', 'ada', 'true'], '-S: "ada" is no number of a user or group'],
  ])('refuses %j', (words, message) => {
    const { status, stdout, stderr } = enter(...words);
    expect([status, stdout, stderr.split('\n')[0]]).toEqual([2, '', `tslab: ${message}`]);
  });
});

describe('the words of tslab enter', () => {
  it.each([
    ['web ls -l --json', 'web -- ls -l --json'],
    ['web --net ip -br addr', 'web --net -- ip -br addr'],
    ['-S 1000 web id -u', '-S 1000 web -- id -u'],
    ['-t 812 -n ip a', '-t 812 -n -- ip a'],
    ['-nt 812 ip a', '-nt 812 -- ip a'],
    ['--target=812 ip a', '--target=812 -- ip a'],
    ['web -- ls -l', 'web -- ls -l'],
    ['web', 'web'],
  ])('%s are %s', (given, marked) => expect(markProgram(given.split(' '), 0).join(' ')).toBe(marked));
});
