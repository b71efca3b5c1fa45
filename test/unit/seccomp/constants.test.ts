import { describe, expect, it } from 'vitest';
import {
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  SECCOMP_SET_MODE_FILTER,
} from '../../../src/kernel/calls/seccomp.js';
import { ABIS, X32 } from '../../../src/seccomp/abi.js';
import { returnValue } from '../../../src/seccomp/actions.js';
import { encode, type Instruction } from '../../../src/seccomp/bpf.js';
import { filterFlags } from '../../../src/seccomp/flags.js';
import { ARCH, highWord, lowWord, NUMBER } from '../../../src/seccomp/interpret.js';
import { inC } from '../../support/in-c.js';
import { needs } from '../../support/needs.js';

const HEADERS = ['stddef.h', 'linux/seccomp.h', 'linux/audit.h', 'linux/filter.h', 'asm/unistd.h'];

const OURS: Record<string, number> = {
  SECCOMP_SET_MODE_FILTER,
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  AUDIT_ARCH_X86_64: ABIS.x86_64.audit,
  AUDIT_ARCH_I386: ABIS.i386.audit,
  AUDIT_ARCH_AARCH64: ABIS.aarch64.audit,
  AUDIT_ARCH_ARM: ABIS.arm.audit,
  SECCOMP_RET_KILL_PROCESS: returnValue('SCMP_ACT_KILL_PROCESS'),
  SECCOMP_RET_KILL_THREAD: returnValue('SCMP_ACT_KILL_THREAD'),
  SECCOMP_RET_KILL: returnValue('SCMP_ACT_KILL'),
  SECCOMP_RET_TRAP: returnValue('SCMP_ACT_TRAP'),
  SECCOMP_RET_ERRNO: returnValue('SCMP_ACT_ERRNO', 0),
  SECCOMP_RET_USER_NOTIF: returnValue('SCMP_ACT_NOTIFY'),
  SECCOMP_RET_TRACE: returnValue('SCMP_ACT_TRACE', 0),
  SECCOMP_RET_LOG: returnValue('SCMP_ACT_LOG'),
  SECCOMP_RET_ALLOW: returnValue('SCMP_ACT_ALLOW'),
  'offsetof(struct seccomp_data, nr)': NUMBER,
  'offsetof(struct seccomp_data, arch)': ARCH,
  'offsetof(struct seccomp_data, args[5])': lowWord(5),
  'sizeof(struct seccomp_data)': highWord(5) + 4,
  'sizeof(struct sock_filter)': encode([{ op: 'return', k: 0 }]).length,
  'offsetof(struct sock_fprog, filter)': 8,
  'BPF_LD | BPF_W | BPF_ABS': codeOf({ op: 'load', k: 0 }),
  'BPF_ALU | BPF_AND | BPF_K': codeOf({ op: 'and', k: 0 }),
  'BPF_JMP | BPF_JA': codeOf({ op: 'jump', k: 0 }),
  'BPF_JMP | BPF_JEQ | BPF_K': codeOf({ op: 'equal', k: 0, yes: 0, no: 0 }),
  'BPF_JMP | BPF_JGT | BPF_K': codeOf({ op: 'greater', k: 0, yes: 0, no: 0 }),
  'BPF_JMP | BPF_JGE | BPF_K': codeOf({ op: 'at-least', k: 0, yes: 0, no: 0 }),
  'BPF_JMP | BPF_JSET | BPF_K': codeOf({ op: 'any-bit', k: 0, yes: 0, no: 0 }),
  'BPF_RET | BPF_K': codeOf({ op: 'return', k: 0 }),
};

function codeOf(instruction: Instruction): number {
  return encode([instruction]).readUInt16LE(0);
}

describe('the constants of filters', () => {
  it('have the values of the kernel headers', (test) => {
    needs(test, 'a C compiler with the headers of libc');
    const unsigned = (value: number) => (value < 0 ? value + 2 ** 32 : value);
    const theirs = Object.entries(inC(HEADERS, Object.keys(OURS))).map(([name, value]) => [name, unsigned(value)]);
    expect(OURS).toEqual(Object.fromEntries(theirs));
  });

  it('are found by the names of flags that a profile has', () => {
    const names = ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'] as const;
    expect([filterFlags(names), filterFlags()]).toEqual([SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW, 0]);
  });

  it('has the bit of x32', (test) => {
    needs(test, 'a C compiler with the headers of libc');
    needs(test, 'an x86-64 machine');
    expect(inC(HEADERS, ['__X32_SYSCALL_BIT'])).toEqual({ __X32_SYSCALL_BIT: X32 });
  });
});
