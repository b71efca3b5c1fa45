import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execInit } from '../../labs/01-pid-namespace/calls/init.js';
import { loadFilter, noNewPrivileges } from '../../labs/10-security/calls/filter.js';
import * as calls from '../../src/kernel/calls/index.js';
import { SECCOMP_SET_MODE_FILTER, seccomp } from '../../src/kernel/calls/seccomp.js';
import * as k from '../../src/kernel/constants.js';
import { CAPABILITIES } from '../../src/kernel/credentials/capability-names.js';
import { mapToRoot } from '../../src/kernel/credentials/user-namespace.js';
import { elfProgram } from '../../src/kernel/machine-code/elf.js';
import { start } from '../../src/kernel/process.js';
import { onCall } from '../../src/kernel/recorder.js';
import { mayFail, type Syscall } from '../../src/kernel/syscall.js';
import { DOCKERS_CAPABILITIES } from '../../src/oci/defaults.js';
import type { Seccomp } from '../../src/oci/seccomp.js';
import { thisMachine, X32 } from '../../src/seccomp/abi.js';
import { ALLOW } from '../../src/seccomp/actions.js';
import { encode } from '../../src/seccomp/bpf.js';
import { defaultProgram } from '../../src/seccomp/builtin/program.js';
import { compile } from '../../src/seccomp/compile.js';
import { interpret } from '../../src/seccomp/interpret.js';
import { numbersOf } from '../../src/seccomp/numbers.js';
import { compileC } from '../support/c-program.js';
import { run, thrownBy } from '../support/inside.js';
import { FEATURES, needs } from '../support/needs.js';
import { callsOf } from '../support/seccomp/calls.js';
import { randomRules } from '../support/seccomp/random-rules.js';

/** Makes the calls that it is told of, `number:argument:argument…`, of i386 after `i386`, and prints what each returns. */
const PROBE = `
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
static long native(long *n) {
  long result;
  register long d __asm__("r10") = n[4], e __asm__("r8") = n[5], f __asm__("r9") = n[6];
  __asm__ volatile("syscall" : "=a"(result)
    : "a"(n[0]), "D"(n[1]), "S"(n[2]), "d"(n[3]), "r"(d), "r"(e), "r"(f) : "rcx", "r11", "memory");
  return result;
}
static long i386(long n) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(n) : "r8", "r9", "r10", "r11", "memory");
  return result;
}
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    int other = !strncmp(argv[i], "i386:", 5);
    char *at = argv[i] + (other ? 5 : 0);
    long n[7] = {0};
    for (int j = 0; j < 7 && *at; j++) { n[j] = strtoull(at, &at, 0); if (*at == ':') at++; }
    printf("%ld\\n", other ? i386(n[0]) : native(n));
  }
  return 0;
}`;

let directory = '';
const at = (name: string) => join(directory, name);
const [EPERM, ENOSYS] = [-1, -38];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-seccomp-'));
  if (FEATURES['a C compiler with the headers of libc'].present() && process.arch === 'x64')
    compileC(PROBE, at('probe'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function filterOf(rules: Seccomp): Uint8Array {
  return encode(compile(rules, thisMachine()));
}

const ALLOWING = (...names: string[]): Seccomp => ({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }],
});

/** What calls of x86-64 return, as the last thing before them being a filter. */
async function probe(filter: readonly Syscall[], ...words: string[]): Promise<number[]> {
  const { output } = await run({
    calls: [...noNewPrivileges(), ...filter, calls.execve(at('probe'), ['probe', ...words], [])],
  });
  return output.trim().split('\n').map(Number);
}

const number = (name: string) => numbersOf('x86_64').get(name);

describe('the default filter', () => {
  it('refuses what reaches the whole machine, and lets the rest through', async (test) => {
    needs(test, 'an x86-64 machine');
    needs(test, 'a C compiler with the headers of libc');
    const words = [
      ...[`${number('unshare')}:${k.CLONE_NEWUTS}`, `${number('clone3')}:0:0`, `${number('socket')}:40:1`],
      ...[
        `${number('socket')}:38:5`,
        `${number('keyctl')}:0`,
        `${number('io_uring_setup')}:1:0`,
        `${number('getppid')}`,
      ],
    ];
    const [unshare, clone3, vsock, alg, keyctl, uring, getppid] = await probe(
      loadFilter(defaultProgram('x64')),
      ...words,
    );
    expect([unshare, clone3, vsock, alg, keyctl, uring]).toEqual([EPERM, ENOSYS, EPERM, EPERM, EPERM, EPERM]);
    expect(getppid).toBe(process.pid);
    const [without] = await probe([], `${number('clone3')}:0:0`);
    expect(without).toBe(-22);
  });

  it('says that it does not know what came after it, and x32', async (test) => {
    needs(test, 'an x86-64 machine');
    needs(test, 'a C compiler with the headers of libc');
    const words = ['467', '1023', `${X32 + 110}`, '0x7fffffff'];
    expect(await probe(loadFilter(defaultProgram('x64')), ...words)).toEqual([ENOSYS, ENOSYS, ENOSYS, ENOSYS]);
  });

  it('holds for the calls of i386 too, by their own numbers', async (test) => {
    needs(test, 'calls of i386');
    needs(test, 'a C compiler with the headers of libc');
    const words = ['i386:64', `i386:310`, 'i386:467'];
    expect(await probe(loadFilter(defaultProgram('x64')), ...words)).toEqual([process.pid, EPERM, ENOSYS]);
  });

  it('is needed for that: without it they are made', async (test) => {
    needs(test, 'calls of i386');
    needs(test, 'a C compiler with the headers of libc');
    const EINVAL = -22; // ebx holds no flags that unshare(2) knows
    expect(await probe([], 'i386:310', `${number('unshare')}:0`)).toEqual([EINVAL, 0]);
  });
});

describe('rules that only forbid', () => {
  const rules: Seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [{ names: ['getppid'], action: 'SCMP_ACT_ERRNO' }],
  };

  it('kill a program that goes round them with int 0x80', async (test) => {
    needs(test, 'calls of i386');
    needs(test, 'a C compiler with the headers of libc');
    expect(await probe(loadFilter(filterOf(rules)), '110')).toEqual([EPERM]);
    const list = [
      ...noNewPrivileges(),
      ...loadFilter(filterOf(rules)),
      calls.execve(at('probe'), ['probe', 'i386:64'], []),
    ];
    expect(await run({ calls: list })).toMatchObject({ output: '', signal: 'SIGSYS' });
  });
});

/** exit_group(7) */
const SEVEN = elfProgram(Buffer.from('bf07000000b8e70000000f05', 'hex'), 'x64');

function seven(): string {
  writeFileSync(at('seven'), SEVEN);
  chmodSync(at('seven'), 0o755);
  return at('seven');
}

describe('a filter that allows what its program calls, execve and exit_group, and nothing else', () => {
  it.for(['SCMP_ACT_ERRNO', 'SCMP_ACT_KILL_PROCESS'] as const)(
    'is enough, since it is loaded last: %s',
    async (defaultAction, test) => {
      needs(test, 'an x86-64 machine');
      const filter = loadFilter(filterOf({ ...ALLOWING('execve', 'exit_group'), defaultAction }));
      const { code, child } = await run({
        calls: [...noNewPrivileges(), ...filter, calls.execve(seven(), ['seven'], [])],
      });
      expect(code).toBe(7);
      const names = child.trace().map(({ call }) => call.name);
      expect(names.slice(-2)).toEqual(['seccomp', 'execve']);
    },
  );

  it('is enough where the program is looked for in several places', async (test) => {
    needs(test, 'an x86-64 machine');
    const filter = loadFilter(
      filterOf({ ...ALLOWING('execve', 'exit_group'), defaultAction: 'SCMP_ACT_KILL_PROCESS' }),
    );
    const programs = [mayFail(calls.execve(at('none'), ['seven'], [])), calls.execve(seven(), ['seven'], [])];
    expect((await run({ calls: [...noNewPrivileges(), ...filter, ...programs] })).code).toBe(7);
  });

  it('ends with 127 where the program is missing: nothing can be told of that', async () => {
    const filter = loadFilter(filterOf(ALLOWING('execve', 'exit_group')));
    const { code } = await run({ calls: [...noNewPrivileges(), ...filter, calls.execve(at('none'), ['none'], [])] });
    expect(code).toBe(127);
  });

  it('without execve ends before the program, and the refusal is told where it can be', () => {
    const filter = loadFilter(filterOf(ALLOWING('exit_group', 'write')));
    const list = [...noNewPrivileges(), ...filter, calls.execve('/bin/true', ['true'], [])];
    expect(thrownBy(() => start({ calls: list })).message).toMatch(/^execve\("\/bin\/true".* failed: EPERM/);
  });
});

describe('a list behind a filter', () => {
  const listWith = (rules: Seccomp, ...rest: Syscall[]) => [
    ...noNewPrivileges(),
    ...loadFilter(filterOf(rules)),
    ...rest,
  ];

  it('tells which call was refused', () => {
    const list = listWith(ALLOWING('exit_group'), calls.chdir('/'), calls.exitGroup(0));
    expect(thrownBy(() => start({ calls: list })).message).toMatch(/^chdir\("\/"\) failed: EPERM/);
  });

  it('tells which call failed also where exit_group is refused, and its process ends', () => {
    const list = listWith(ALLOWING('chdir'), calls.chdir(at('none')), calls.exitGroup(0));
    expect(thrownBy(() => start({ calls: list })).message).toMatch(/^chdir\(".*\/none"\) failed: ENOENT/);
    const last = listWith(ALLOWING('chdir', 'openat2'), calls.exitGroup(0));
    expect(thrownBy(() => start({ calls: last })).message).toMatch(/^exit_group\(0\) failed: EPERM/);
  });

  it('tells at which call its process was killed', () => {
    const rules: Seccomp = { ...ALLOWING('exit_group'), defaultAction: 'SCMP_ACT_KILL_PROCESS' };
    const list = listWith(rules, calls.chdir('/'), calls.exitGroup(0));
    expect(thrownBy(() => start({ calls: list })).message).toContain('was killed by SIGSYS during chdir("/")');
  });

  it('has the errors of its program told as ever', () => {
    const list = listWith({ defaultAction: 'SCMP_ACT_ALLOW' }, calls.execve(at('none'), ['none'], []));
    expect(thrownBy(() => start({ calls: list })).message).toMatch(/^execve\(".*\/none".* failed: ENOENT/);
  });
});

describe('an init of ours', () => {
  it('passes the default filter on to its program', async (test) => {
    needs(test, 'an x86-64 machine');
    needs(test, 'a C compiler with the headers of libc');
    const made = execInit(
      [at('probe')],
      ['probe', `${number('unshare')}:${k.CLONE_NEWUTS}`, `${number('getpid')}`],
      [],
    );
    const filter = loadFilter(defaultProgram('x64'));
    const list = [...noNewPrivileges(), ...made.slice(0, -1), ...filter, ...made.slice(-1)];
    const { output, code } = await run({ calls: list, namespaces: k.CLONE_NEWPID });
    expect([output, code]).toEqual([`${EPERM}\n2\n`, 0]);
  });
});

describe('seccomp(2)', () => {
  const filtered = () => [...loadFilter(defaultProgram(thisMachine())), calls.execve('/bin/true', ['true'], [])];

  it('takes a filter without no_new_privs from root', async (test) => {
    needs(test, 'root');
    expect((await run({ calls: filtered() })).code).toBe(0);
  });

  it.for([
    ['root', 0, '00000000a80425fb'],
    ['another user', 1000, '0000000000000000'],
  ] as const)(
    'takes one from %s who keeps CAP_SYS_ADMIN up to there: execve takes that away',
    async ([, uid, effective], test) => {
      needs(test, 'root');
      const given = DOCKERS_CAPABILITIES.bounding.reduce((set, name) => set | bit(CAPABILITIES.indexOf(name)), 0n);
      const dropped = CAPABILITIES.flatMap((_, cap) =>
        given & bit(cap) ? [] : [mayFail(calls.prctl(k.PR_CAPBSET_DROP, cap))],
      );
      const kept = bit(CAPABILITIES.indexOf('CAP_SYS_ADMIN')) | (uid === 0 ? given : 0n);
      const user = [calls.prctl(k.PR_SET_KEEPCAPS, 1), calls.setresgid(uid, uid, uid), calls.setresuid(uid, uid, uid)];
      const read = calls.execve('/bin/cat', ['cat', '/proc/self/status'], []);
      const inside = [...dropped, ...user, calls.capset(kept, kept, 0n)];
      const { output } = await run({ calls: [...loadFilter(defaultProgram(thisMachine())), read], inside });
      const lines = [
        'CapInh:\t0000000000000000',
        `CapPrm:\t${effective}`,
        `CapEff:\t${effective}`,
        'CapBnd:\t00000000a80425fb',
      ];
      expect(output).toContain([...lines, 'CapAmb:\t0000000000000000', 'NoNewPrivs:\t0', 'Seccomp:\t2'].join('\n'));
      expect(output).toContain(`Uid:\t${uid}\t${uid}\t${uid}\t${uid}\n`);
    },
  );

  it('takes a filter without no_new_privs from root of a user namespace', async (test) => {
    needs(test, 'user namespaces for ordinary users');
    expect((await run({ calls: filtered(), namespaces: k.CLONE_NEWUSER }, mapToRoot)).code).toBe(0);
  });

  it('is refused to a process without CAP_SYS_ADMIN and without no_new_privs, and the message says what it takes', (test) => {
    needs(test, 'root');
    const list = [calls.setresuid(65534, 65534, 65534), ...loadFilter(defaultProgram(thisMachine()))];
    const message = thrownBy(() => start({ calls: [...list, calls.execve('/bin/true', ['true'], [])] })).message;
    expect(message).toMatch(
      /^seccomp\(SECCOMP_SET_MODE_FILTER, 0, \{len=\d+, filter=…\}\) failed: EACCES .*CAP_SYS_ADMIN/,
    );
  });

  it('refuses a program that could run past its end, and the message says what is wrong', () => {
    const list = [
      ...noNewPrivileges(),
      seccomp(SECCOMP_SET_MODE_FILTER, 0, defaultProgram(thisMachine()).subarray(0, 80)),
    ];
    const message = thrownBy(() => start({ calls: [...list, calls.exitGroup(0)] })).message;
    expect(message).toMatch(/failed: EINVAL/);
  });

  it('takes every program that the compiler makes of the default profile, and does not reach this process', async () => {
    const list = [
      ...noNewPrivileges(),
      ...loadFilter(defaultProgram(thisMachine())),
      mayFail(calls.unshare(0)),
      calls.exitGroup(0),
    ];
    const child = start({ calls: list });
    await child.exited;
    expect(child.trace().find(({ call }) => call.name === 'unshare')?.result).toBe(BigInt(EPERM));
    const unshared = start({ calls: [mayFail(calls.unshare(0)), calls.exitGroup(0)] });
    await unshared.exited;
    expect(unshared.trace().find(({ call }) => call.name === 'unshare')?.result).toBe(0n);
  });
});

describe('the kernel', () => {
  it('takes any program that the compiler makes', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const load = seccomp(SECCOMP_SET_MODE_FILTER, 0, filterOf(randomRules(seed)));
      expect(namesAfter([...noNewPrivileges(), load, calls.exitGroup(0)])).toContain('exit_group');
    }
  });

  it('answers as the interpreter: 60 random conditions on a call that takes no notice of its arguments', async (test) => {
    needs(test, 'an x86-64 machine');
    needs(test, 'a C compiler with the headers of libc');
    for (let seed = 1; seed <= 60; seed++) {
      const rules = onGetppid(seed);
      const program = compile(rules, 'x64');
      const made = callsOf(rules, 'x86_64', GETPPID);
      const answers = await probe(loadFilter(encode(program)), ...made.map(({ args }) => [GETPPID, ...args].join(':')));
      const refused = (value: number) => (value === ALLOW ? process.pid : -REFUSED);
      expect(answers).toEqual(made.map((call) => refused(interpret(program, call).value)));
    }
  });
});

function bit(number: number): bigint {
  return 1n << BigInt(number);
}

const GETPPID = 110;
const REFUSED = 71;

/** The conditions of random rules, all on getppid, which is refused where they hold. */
function onGetppid(seed: number): Seccomp {
  const rules = randomRules(seed).syscalls ?? [];
  const syscalls = rules.map(({ args = [] }) => {
    return { names: ['getppid'], action: 'SCMP_ACT_ERRNO' as const, errnoRet: REFUSED, args };
  });
  return { defaultAction: 'SCMP_ACT_ALLOW', syscalls: syscalls.filter(({ args }) => args.length > 0).slice(0, 4) };
}

/** What a list got to, which may have ended in any way. */
function namesAfter(list: readonly Syscall[]): string[] {
  const names: string[] = [];
  const stop = onCall(({ call }) => names.push(call.name));
  try {
    start({ calls: list });
  } catch {
    // Killed, or refused by the filter.
  }
  stop();
  return names;
}
