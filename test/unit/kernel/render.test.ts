import { describe, expect, it } from 'vitest';
import * as calls from '../../../src/kernel/calls/index.js';
import { SECCOMP_SET_MODE_FILTER, seccomp } from '../../../src/kernel/calls/seccomp.js';
import * as k from '../../../src/kernel/constants.js';
import { SYSCALL_NAMES } from '../../../src/kernel/numbers.js';
import { isErrno, jsonArguments, renderCall, renderResult } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

const NUL = new Uint8Array(4);

/** Each as a person would write it in C. */
const WRITTEN: [Syscall, string][] = [
  [
    calls.mount('proc', '/proc', 'proc', k.MS_NOSUID | k.MS_NODEV, null),
    'mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV, NULL)',
  ],
  [calls.mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null), 'mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL)'],
  [calls.umount2('.', k.MNT_DETACH), 'umount2(".", MNT_DETACH)'],
  [calls.pivotRoot('.', '.'), 'pivot_root(".", ".")'],
  [calls.open('/etc/passwd', k.O_RDONLY), 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY)'],
  [calls.open('/new', k.O_WRONLY | k.O_CREAT, 0o640), 'openat(AT_FDCWD, "/new", O_WRONLY|O_CREAT, 0640)'],
  [calls.openat(7, 'x', k.O_PATH), 'openat(7, "x", O_PATH)'],
  [calls.write(1, 'a "word"\n'), 'write(1, "a \\"word\\"\\n", 9)'],
  [calls.write(1, 'é'.repeat(30)), `write(1, "${'é'.repeat(24)}"…, 60)`],
  [calls.mkdir('/d', 0o755), 'mkdirat(AT_FDCWD, "/d", 0755)'],
  [calls.rmdir('/d'), 'unlinkat(AT_FDCWD, "/d", AT_REMOVEDIR)'],
  [calls.mknod('/dev/null', k.S_IFCHR | 0o666, [1, 3]), 'mknodat(AT_FDCWD, "/dev/null", S_IFCHR|0666, makedev(1, 3))'],
  [calls.mknod('disk', k.S_IFBLK | 0o600, [259, 300]), 'mknodat(AT_FDCWD, "disk", S_IFBLK|0600, makedev(259, 300))'],
  [calls.rename('/a', '/b'), 'renameat2(AT_FDCWD, "/a", AT_FDCWD, "/b", 0)'],
  [calls.lgetxattr('/d', 'user.x', NUL), 'lgetxattr("/d", "user.x", …, 4)'],
  [calls.chdir('x'.repeat(480)), `chdir("${'x'.repeat(480)}")`],
  [calls.chdir('x'.repeat(5000)), `chdir("${'x'.repeat(480)}"… /* 5000 bytes */)`],
  [calls.sethostname('lab'), 'sethostname("lab", 3)'],
  [calls.setns(5, k.CLONE_NEWPID), 'setns(5, CLONE_NEWPID)'],
  [calls.clone(k.CLONE_NEWPID), 'clone(CLONE_VM|CLONE_VFORK|CLONE_PARENT|CLONE_NEWPID|SIGCHLD, NULL, NULL, NULL, 0)'],
  [calls.execve('/bin/sh', ['sh', '-c', 'id'], ['A=b']), 'execve("/bin/sh", ["sh", "-c", "id"], /* 1 vars */)'],
  [calls.kill(12, k.SIGKILL), 'kill(12, SIGKILL)'],
  [calls.kill(12, 0), 'kill(12, 0)'],
  [calls.prctl(k.PR_SET_PDEATHSIG, k.SIGKILL), 'prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)'],
  [calls.closeRange(3, 0xffffffff, k.CLOSE_RANGE_CLOEXEC), 'close_range(3, ~0U, CLOSE_RANGE_CLOEXEC)'],
  [calls.rtSigprocmask(k.SIG_SETMASK, 0n), 'rt_sigprocmask(SIG_SETMASK, [], NULL, 8)'],
  [calls.setgroups([4, 5]), 'setgroups(2, [4, 5])'],
  [seccomp(SECCOMP_SET_MODE_FILTER, 0, new Uint8Array(16)), 'seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=2, filter=…})'],
  [
    calls.capset(0x3n, 0x1ffffffffffn, 0n),
    'capset({_LINUX_CAPABILITY_VERSION_3, 0}, {effective=0x3, permitted=0x1ffffffffff, inheritable=0x0})',
  ],
  [calls.read(3, NUL), 'read(3, …, 4)'],
];

describe('a call in the trace', () => {
  it.each(WRITTEN.map(([call, text]) => [text, call] as const))('is written as in C: %s', (text, call) => {
    expect(renderCall(call)).toBe(text);
  });

  it('has at most six arguments, and a name that the kernel has', () => {
    for (const [call] of WRITTEN) {
      expect(call.args.length).toBeLessThanOrEqual(6);
      expect(SYSCALL_NAMES).toContain(call.name);
    }
  });

  it('names a result that is not known yet, and shows it once it is', () => {
    const opened = calls.open('/x', k.O_RDONLY);
    expect(renderCall(calls.close(opened))).toBe('close(<result of openat>)');
    expect(renderCall(calls.close(opened), () => 9n)).toBe('close(9)');
  });
});

describe('the arguments for --json', () => {
  it('are strings and plain numbers as they are, modes as numbers, flags in words', () => {
    expect(jsonArguments(calls.mkdir('/d', 0o755), () => undefined)).toEqual(['AT_FDCWD', '/d', 493]);
    expect(jsonArguments(calls.umount2('.', k.MNT_DETACH), () => undefined)).toEqual(['.', 'MNT_DETACH']);
    expect(jsonArguments(calls.mount(null, '/', null, 0, null), () => undefined)).toEqual([null, '/', null, '0', null]);
  });

  it('have forwarded results filled in', () => {
    const opened = calls.open('/x', k.O_RDONLY);
    expect(jsonArguments(calls.fchdir(opened), (call) => (call === opened ? 4n : undefined))).toEqual([4]);
  });
});

describe('a result', () => {
  it('is shown as strace shows it', () => {
    expect(renderResult(0n)).toBe('= 0');
    expect(renderResult(-1n)).toBe('= -1 EPERM (operation not permitted)');
    expect(renderResult(undefined)).toBe('');
  });

  it('is an errno from -4095 to -1 only, which is the convention of the kernel', () => {
    expect([0n, -1n, -4095n, -4096n, undefined].map(isErrno)).toEqual([false, true, true, false, false]);
  });
});
