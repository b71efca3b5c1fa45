import { describe, expect, it } from 'vitest';
import type { Seccomp } from '../../../src/oci/seccomp.js';
import { ABIS } from '../../../src/seccomp/abi.js';
import { decode } from '../../../src/seccomp/bpf.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { compile } from '../../../src/seccomp/compile.js';
import { renderPath, renderTree } from '../../../src/seccomp/explain.js';

const RULES: Seccomp = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [
    { names: ['unshare'], action: 'SCMP_ACT_ERRNO' },
    {
      names: ['clone'],
      action: 'SCMP_ACT_KILL',
      args: [{ index: 0, value: 0xff, valueTwo: 3, op: 'SCMP_CMP_MASKED_EQ' }],
    },
  ],
};
const program = compile(RULES, 'x64');
const call = (number: number, ...args: bigint[]) => ({ arch: ABIS.x86_64.audit, number, args });

describe('a filter as a decision tree', () => {
  it('has a question a line, with the names of calls, and what follows from each answer', () => {
    expect(renderTree(program)).toEqual([
      'ABI = x86_64?',
      '├─ yes: number ≥ 272 unshare?',
      '│  ├─ yes: number ≥ 273 set_robust_list?',
      '│  │  ├─ yes: number ≥ 0x40000000?',
      '│  │  │  ├─ yes: ENOSYS',
      '│  │  │  └─ no: allow',
      '│  │  └─ no: EPERM',
      '│  └─ no: number = 56 clone?',
      '│     ├─ yes: argument 0 & 0xff = 3?',
      '│     │  ├─ yes: kill the thread',
      '│     │  └─ no: allow',
      '│     └─ no: allow',
      '└─ no: kill the process',
    ]);
  });

  it('has once what several ways lead to, by its place in the program', () => {
    const args = (value: number) => [{ index: 0, value, op: 'SCMP_CMP_EQ' as const }];
    const rules: Seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [7, 8].map((value) => ({ names: ['close'], action: 'SCMP_ACT_ERRNO', args: args(value) })),
    };
    const lines = renderTree(compile(rules, 'x64')).map((line) => line.replace(/^[│├└─ ]+/, ''));
    expect(lines.slice(lines.indexOf('no: number = 3 close?') + 1, -2)).toEqual([
      'yes: argument 0, upper half = 0?',
      'yes: argument 0 = 7?',
      'yes: EPERM',
      'no: 10: argument 0, upper half = 0?',
      'yes: argument 0 = 8?',
      'yes: EPERM',
      'no: allow',
      'no: allow',
      'no: go on at 10',
    ]);
  });

  it('does not grow with the ways through a program', () => {
    const syscalls = Array.from({ length: 64 }, (_, value) => ({
      names: ['close'],
      action: 'SCMP_ACT_ERRNO' as const,
      args: [{ index: 0, value, op: 'SCMP_CMP_EQ' as const }],
    }));
    expect(renderTree(compile({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }, 'x64')).length).toBeLessThan(400);
  });

  it('can be made of the default filter', () => {
    const lines = renderTree(decode(defaultProgram('x64')));
    expect(lines).toContainEqual(expect.stringMatching(/argument 0 has a bit of 0x7e020000\?$/));
    expect(lines).toContainEqual(expect.stringMatching(/number [=≥] \d+ unshare\?$/));
    expect(lines.filter((line) => line.includes('undefined'))).toEqual([]);
  });
});

describe('the path of a call through a filter', () => {
  it('has a line for each instruction that it meets: its place, what it asks, what is answered', () => {
    expect(renderPath(program, call(272))).toEqual([
      '   0  ABI: x86_64',
      '   1  ABI = x86_64? yes',
      '   2  number: 272 unshare',
      '   3  number ≥ 272 unshare? yes',
      '   4  number ≥ 273 set_robust_list? no',
      '   7  EPERM',
    ]);
  });

  it('shows the words of arguments that are asked for', () => {
    const lines = renderPath(program, call(56, 0x103n)).map((line) => line.replace(/^ *\d+ {2}/, ''));
    expect(lines.slice(-4)).toEqual([
      'argument 0: 0x103',
      'keep the bits 0xff of it',
      'argument 0 & 0xff = 3? yes',
      'kill the thread',
    ]);
  });

  it('tells of an ABI that the rules do not name', () => {
    expect(renderPath(program, { arch: ABIS.i386.audit, number: 310, args: [] }).at(-1)).toMatch(/kill the process$/);
  });
});
