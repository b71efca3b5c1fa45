import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { needs, ORDINARY_USER } from '../../support/needs.js';
import { until } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';

const { uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 } = ORDINARY_USER;
let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-rootless-'));
  chownSync(state, uid, gid);
});

afterEach(async () => {
  tslab('rm', '-f', 'box');
  await until(() => tslab('ps', '-aq').stdout === '');
  // A supervisor on its way out would make its directory anew.
  await until(() => !existsSync(join(state, 'state/run/supervisor.sock')));
  rmSync(state, { recursive: true, force: true });
});

describe('an ordinary user', () => {
  it('runs containers, and is root in them', (test) => {
    needsOrdinaryUser(test);
    expect(inside('id -u; hostname; ls -d /proc/[0-9]*', '--hostname', 'box')).toMatch(/^0\nbox\n\/proc\/1\n/);
    expect(inside('tr -s " " < /proc/self/uid_map')).toBe(` 0 ${uid} 1\n`);
    expect(inside('touch /t/x && (touch /x 2>&1)', '--read-only', '--tmpfs', '/t')).toMatch(/^touch: \/x: Read-only/);
    expect(tslab('run', '--rm', 'busybox', 'sh', '-c', 'exit 4').status).toBe(4);
  });

  it('shares the network with --network host', (test) => {
    needsOrdinaryUser(test);
    expect(inside('readlink /proc/self/ns/net', '--network', 'host').trim()).toBe(readlinkSync('/proc/self/ns/net'));
    expect(inside('touch /sys/x 2>&1; ls /sys/class/net', '--network', 'host')).toMatch(
      /Read-only file system\n(.*\n)*lo\n/,
    );
  });

  it('shares an IPC namespace with another container, and its user namespace and /dev/shm with that', (test) => {
    needsOrdinaryUser(test);
    tslab('run', '-d', '--name', 'box', '--ipc', 'shareable', 'busybox', 'sleep', '1000');
    const look = 'for kind in ipc user pid; do readlink /proc/self/ns/$kind; done';
    const theirs = tslab('exec', 'box', 'sh', '-c', `${look}; echo letter > /dev/shm/letter`).stdout.split('\n');
    const ours = inside(`${look}; cat /dev/shm/letter; echo $$`, '--ipc', 'container:box').split('\n');
    expect([ours[0], ours[1]]).toEqual([theirs[0], theirs[1]]);
    expect(ours[2]).not.toBe(theirs[2]);
    expect(ours.slice(3)).toEqual(['letter', '1', '']);
  });

  it('shares a network namespace with another container', (test) => {
    needsOrdinaryUser(test);
    tslab('run', '-d', '--name', 'box', '--network', 'none', 'busybox', 'sleep', '1000');
    const look = 'readlink /proc/self/ns/net; ls /sys/class/net';
    expect(inside(look, '--network', 'container:box')).toBe(tslab('exec', 'box', 'sh', '-c', look).stdout);
  });

  it('shares names and IPC of the host', (test) => {
    needsOrdinaryUser(test);
    expect(inside('readlink /proc/self/ns/ipc; hostname', '--ipc', 'host', '--uts', 'host')).toBe(
      `${readlinkSync('/proc/self/ns/ipc')}\n${readFileSync('/proc/sys/kernel/hostname', 'utf8')}`,
    );
    tslab('run', '-d', '--name', 'box', '--ipc', 'host', 'busybox', 'sleep', '1000');
    expect(inside('readlink /proc/self/ns/ipc', '--ipc', 'container:box')).toBe(
      `${readlinkSync('/proc/self/ns/ipc')}\n`,
    );
    expect(tslab('exec', 'box', 'readlink', '/proc/self/ns/ipc').stdout).toBe(`${readlinkSync('/proc/self/ns/ipc')}\n`);
  });

  it('is root in an archive of a container as well', (test) => {
    needsOrdinaryUser(test);
    tslab('create', '--name', 'box', 'busybox', 'true');
    const { stdout } = tslab('cp', 'box:/etc/passwd', '-');
    expect(stdout.slice(108, 124)).toBe('0000000\x000000000\0');
  });

  it('never sees a cgroup of the host that could be written', (test) => {
    needsOrdinaryUser(test);
    for (const network of ['none', 'host']) {
      const cgroups = `grep -E ' - cgroup2? ' /proc/self/mountinfo | grep -v '/sys/fs/cgroup[^ ]* ro,'; ls /sys/fs/cgroup | grep -E '^(cpu|memory|unified)'; true`;
      expect(inside(cgroups, '--network', network)).toBe('');
    }
  });

  it('has a volume of memory in one container, and is told why not in two', (test) => {
    needsOrdinaryUser(test);
    tslab('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', '-o', 'o=size=64k', 'mem');
    tslab('run', '-d', '--name', 'box', '-v', 'mem:/m', 'busybox', 'sleep', '1000');
    expect(tslab('exec', 'box', 'grep', ' /m ', '/proc/self/mountinfo').stdout).toMatch(/ - tmpfs tmpfs rw,size=64k/);
    const { status, stderr } = tslab('run', '--rm', '-v', 'mem:/m', 'busybox', 'true');
    expect({ status, stderr }).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/mounted by box.*\n.*Stop box/),
    });
  });

  it('has them in the background, goes into them, stops and starts them', (test) => {
    needsOrdinaryUser(test);
    expect(tslab('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000')).toMatchObject({ status: 0, stderr: '' });
    expect(tslab('exec', 'box', 'sh', '-c', 'id -u; cat /proc/1/comm')).toMatchObject({
      stdout: '0\nsleep\n',
      stderr: '',
    });
    expect(tslab('stop', '-t', '0', 'box').stdout).toBe('box\n');
    expect(tslab('start', 'box').stdout).toBe('box\n');
    expect(tslab('rm', '-f', 'box').stdout).toBe('box\n');
  });

  it('has a terminal of their own, also where that of the host is closed to them', (test) => {
    needs(test, 'root');
    needsOrdinaryUser(test);
    // As `devpts` has it without ptmxmode=0666, in a mount namespace of the test's own.
    const closed = 'mount -t devpts -o newinstance,mode=600 closed /dev/pts; mount --bind /dev/pts/ptmx /dev/ptmx';
    const program = `'${process.execPath}' '${TSLAB}' run --rm -t busybox sh -c 'test -t 1 && echo terminal'`;
    const drop = `setpriv --reuid ${uid} --regid ${gid} --clear-groups`;
    const env = { ...process.env, TSLAB_STATE: join(state, 'state'), HOME: state };
    const script = `${closed} && ${drop} ${program}`;
    const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script], { env, encoding: 'utf8', cwd: '/' });
    expect({ stdout, stderr }).toEqual({ stdout: 'terminal\r\n', stderr: '' });
  });

  it('is told what needs root', (test) => {
    needsOrdinaryUser(test);
    expect(tslab('run', '--rm', '-u', '1000', 'busybox', 'true')).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/without root a container has one user/),
    });
    expect(tslab('run', '--rm', '--pid', 'host', 'busybox', 'true')).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/only by a cgroup of its own can all processes.*\n.*tslab doctor/),
    });
    expect(tslab('run', '--rm', '-m', '64m', 'busybox', 'true')).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/control groups/),
    });
    expect(tslab('run', '-d', '--name', 'box', '-m', '64m', 'busybox', 'true')).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/control groups.*\n.* tslab …/),
    });
  });
});

function inside(script: string, ...flags: string[]): string {
  const { stdout, stderr } = tslab('run', '--rm', ...flags, 'busybox', 'sh', '-c', script);
  expect(stderr).toBe('');
  return stdout;
}

function tslab(...words: string[]) {
  const env = { ...process.env, TSLAB_STATE: join(state, 'state'), HOME: state };
  return spawnSync(process.execPath, [TSLAB, ...words], { ...ORDINARY_USER, env, encoding: 'utf8', cwd: '/' });
}

function needsOrdinaryUser(test: TestContext): void {
  needs(test, 'node and tslab where every user may read');
  needs(test, 'user namespaces for ordinary users');
}
