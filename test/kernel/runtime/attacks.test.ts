import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../../src/kernel/call.js';
import { nameToHandle, newHandle } from '../../../src/kernel/calls/handles.js';
import { needs } from '../../support/needs.js';
import { compileProbe } from '../../support/probe.js';
import { useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

useOwnState();

const SECRET = 'a file of the host';
let folder = '';
/** On a tmpfs: there files have handles, whatever the disk has. */
let files = '';
let host: ChildProcess;
/** The handle of a file beside the volume, in hexadecimal digits. */
let handle = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-attacks-'));
  mkdirSync(join(folder, 'volume'));
  compileProbe(join(folder, 'volume/probe'));
  files = mkdtempSync('/dev/shm/tslab-attacks-');
  mkdirSync(join(files, 'volume'));
  writeFileSync(join(files, 'secret'), SECRET);
  const found = newHandle();
  call(nameToHandle(join(files, 'secret'), found));
  handle = found.subarray(0, 8 + found.readUInt32LE()).toString('hex');
  host = spawn('sleep', ['1000']);
});
afterAll(() => {
  host.kill('SIGKILL');
  for (const directory of [folder, files]) rmSync(directory, { recursive: true });
});

/** All that root of this machine may, and no filter: what containers were before there were capabilities. */
const OPEN = ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined'];

/** What a script prints in a container that has the probe in a volume. */
function inside(flags: readonly string[], script: string): string {
  const words = [
    'run',
    '--rm',
    '-v',
    `${join(folder, 'volume')}:/v`,
    ...flags,
    'busybox',
    'sh',
    '-c',
    `(${script}) 2>&1`,
  ];
  return tslab(words).stdout.trim();
}

describe('in a container, with all capabilities and without a filter, and then by default', () => {
  beforeEach((test) => {
    needs(test, 'root');
    needs(test, 'a C compiler with the headers of libc');
  });

  it.each([
    ['a filesystem is mounted', '/v/probe mount /mnt', 'done', 'EPERM'],
    ['the cover is taken off /proc/sys', '/v/probe umount /proc/sys', 'done', 'EPERM'],
    [
      'and a setting opened for writing',
      '/v/probe umount /proc/sys >/dev/null; /v/probe write /proc/sys/vm/swappiness',
      'done',
      'EROFS',
    ],
    ['the clock can be set', '/v/probe clock', 'done', 'EPERM'],
    ['the log of the kernel can be read', '/v/probe log', 'done', 'EPERM'],
    ['a user namespace is made', '/v/probe unshare', 'done', 'EPERM'],
    ['a key is put into a keyring', '/v/probe key', 'done', 'EPERM'],
    ['packets of any kind are sent, as in Docker', '/v/probe packet', 'done', 'done'],
  ])('%s', (_, script, open, closed) => {
    expect([inside(OPEN, script), inside([], script)]).toEqual([open, closed]);
  });

  it.each(['userfaultfd', 'bpf', 'io_uring', 'vsock'])(
    '%s is asked for: a part of the kernel that it may lack',
    (name) => {
      expect(inside(OPEN, `/v/probe ${name}`)).toMatch(/^(done|ENOSYS|EAFNOSUPPORT|EPERM)$/);
      expect(inside([], `/v/probe ${name}`)).toBe('EPERM');
    },
  );

  it('the files of a process of the host are reached with --pid host; signals may be sent', () => {
    const script = `ls -d /proc/${host.pid}/root/etc; kill -0 ${host.pid} && echo alive`;
    const open = inside(['--pid', 'host', ...OPEN], script);
    expect(open).toBe(`/proc/${host.pid}/root/etc\nalive`);
    expect(inside(['--pid', 'host'], script)).toBe(`ls: /proc/${host.pid}/root/etc: Permission denied\nalive`);
  });

  it('a file beside a volume is read by its handle', () => {
    const volume = ['-v', `${join(files, 'volume')}:/files`];
    expect(inside([...volume, ...OPEN], `/v/probe handle /files ${handle}`)).toBe(`${SECRET}: done`);
    expect(inside(volume, `/v/probe handle /files ${handle}`)).toBe('EPERM');
  });
});

describe('what is as open as in Docker', () => {
  beforeEach((test) => {
    needs(test, 'root');
    needs(test, 'a C compiler with the headers of libc');
  });

  it('packets of any kind, until --cap-drop NET_RAW', () => {
    expect(inside(['--cap-drop', 'NET_RAW'], '/v/probe packet')).toBe('EPERM');
  });

  it('a set-uid program makes root of a user, until no-new-privileges', () => {
    chmodSync(join(folder, 'volume/probe'), 0o4755);
    try {
      expect(inside(['-u', '1000'], '/v/probe euid')).toBe('0: done');
      expect(inside(['-u', '1000', '--security-opt', 'no-new-privileges'], '/v/probe euid')).toBe('1000: done');
    } finally {
      chmodSync(join(folder, 'volume/probe'), 0o755);
    }
  });
});
