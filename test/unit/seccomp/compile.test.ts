import { describe, expect, it } from 'vitest';
import type { Seccomp } from '../../../src/oci/seccomp.js';
import { ABIS, ABIS_OF, type Abi, type Machine, X32 } from '../../../src/seccomp/abi.js';
import { ALLOW, KILL_PROCESS, RETURN_ENOSYS } from '../../../src/seccomp/actions.js';
import { decode, encode } from '../../../src/seccomp/bpf.js';
import { compile } from '../../../src/seccomp/compile.js';
import { interpret } from '../../../src/seccomp/interpret.js';
import { numbersOf } from '../../../src/seccomp/numbers.js';
import { callsOf } from '../../support/seccomp/calls.js';
import { evaluator } from '../../support/seccomp/evaluate.js';
import { randomRules } from '../../support/seccomp/random-rules.js';

/** 10,000 and more: SECCOMP_PROFILES=10000 npx vitest run --project unit test/unit/seccomp/compile.test.ts */
const PROFILES = Number(process.env.SECCOMP_PROFILES ?? 300);
const PATIENCE = 30_000 + 200 * PROFILES;
const MACHINES = ['x64', 'arm64'] as const;
const EPERM = 0x0005_0001;

const allowing = (name: string, more: Partial<Seccomp> = {}): Seccomp => ({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [{ names: [name], action: 'SCMP_ACT_ALLOW' }],
  ...more,
});

/** What a filter says of a call by its name, or of a number. */
function said(rules: Seccomp, abi: Abi, call: string | number, ...args: bigint[]): number {
  const number = typeof call === 'string' ? (numbersOf(abi).get(call) as number) : call;
  return interpret(compile(rules, 'x64'), { arch: ABIS[abi].audit, number, args }).value;
}

describe('rules without conditions', () => {
  it('decide by the name, and all else has the default action, EPERM', () => {
    expect(said(allowing('getppid'), 'x86_64', 'getppid')).toBe(ALLOW);
    expect(said(allowing('unshare'), 'x86_64', 'getppid')).toBe(EPERM);
  });

  it('give ENOSYS for numbers above all that they name, unless calls are allowed by default', () => {
    expect(said(allowing('openat2'), 'x86_64', 438)).toBe(RETURN_ENOSYS);
    expect(said(allowing('openat2'), 'x86_64', 436)).toBe(EPERM);
    expect(said(allowing('openat2', { defaultAction: 'SCMP_ACT_LOG' }), 'x86_64', 438)).toBe(0x7ffc_0000);
  });

  it('kill a process that enters by an ABI which they do not name, also where they allow all', () => {
    const rules = { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86_64'] } as const;
    expect(said(rules, 'x86_64', 'getppid')).toBe(ALLOW);
    expect(said(rules, 'i386', 'getppid')).toBe(KILL_PROCESS);
    expect(said({ ...rules, architectures: [] }, 'i386', 'getppid')).toBe(KILL_PROCESS);
    expect(said({ ...rules, architectures: ['SCMP_ARCH_X86'] }, 'x86_64', 'getppid')).toBe(ALLOW);
  });

  it('give ENOSYS for x32, also where they allow all', () => {
    expect(said({ defaultAction: 'SCMP_ACT_ALLOW' }, 'x86_64', X32 + 110)).toBe(RETURN_ENOSYS);
    expect(
      said(allowing('getppid', { architectures: ['SCMP_ARCH_X32', 'SCMP_ARCH_X86_64'] }), 'x86_64', X32 + 110),
    ).toBe(RETURN_ENOSYS);
  });

  it('mean the number that the name has on each ABI', () => {
    const rules = allowing('getppid', { architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'] });
    expect([said(rules, 'x86_64', 110), said(rules, 'i386', 64), said(rules, 'i386', 63)]).toEqual([
      ALLOW,
      ALLOW,
      EPERM,
    ]);
  });

  it('ignore names that a machine lacks', () => {
    expect(said(allowing('riscv_hwprobe'), 'x86_64', 'getppid')).toBe(EPERM);
  });

  it('count more than those with conditions, and the first of two counts', () => {
    const args = [{ index: 0, value: 0, op: 'SCMP_CMP_EQ' as const }];
    const [log, trap, allow] = (['LOG', 'TRAP', 'ALLOW'] as const).map((word) => {
      return { names: ['dup'], action: `SCMP_ACT_${word}` as const };
    });
    const syscalls = [{ ...trap, args }, log, allow] as NonNullable<Seccomp['syscalls']>;
    expect(said({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'x86_64', 'dup', 0n)).toBe(0x7ffc_0000);
  });
});

describe('conditions', () => {
  const where = (...args: NonNullable<NonNullable<Seccomp['syscalls']>[number]['args']>) => ({
    ...allowing('dup3'),
    syscalls: [{ names: ['dup3'], action: 'SCMP_ACT_ALLOW' as const, args }],
  });

  it('all have to hold', () => {
    const rules = where({ index: 0, value: 1, op: 'SCMP_CMP_EQ' }, { index: 1, value: 5, op: 'SCMP_CMP_GT' });
    const answers = [said(rules, 'x86_64', 'dup3', 1n, 6n), said(rules, 'x86_64', 'dup3', 1n, 5n)];
    expect(answers).toEqual([ALLOW, EPERM]);
  });

  it('are alternatives where two are on one argument, as runc has it', () => {
    const rules = where({ index: 0, value: 1, op: 'SCMP_CMP_EQ' }, { index: 0, value: 7, op: 'SCMP_CMP_EQ' });
    expect([1n, 7n, 2n].map((value) => said(rules, 'x86_64', 'dup3', value))).toEqual([ALLOW, ALLOW, EPERM]);
  });

  it('compare all 64 bits of an argument', () => {
    const rules = where({ index: 0, value: 2n ** 32n, op: 'SCMP_CMP_LT' });
    expect(said(rules, 'x86_64', 'dup3', 2n ** 32n - 1n)).toBe(ALLOW);
    expect(said(rules, 'x86_64', 'dup3', 2n ** 40n)).toBe(EPERM);
  });

  it('compare bits under a mask, of which the wanted ones outside of it do not matter', () => {
    const rules = where({ index: 2, value: 0x0f, valueTwo: 0xf3, op: 'SCMP_CMP_MASKED_EQ' });
    expect(said(rules, 'x86_64', 'dup3', 0n, 0n, 0xa3n)).toBe(ALLOW);
    expect(said(rules, 'x86_64', 'dup3', 0n, 0n, 0xa2n)).toBe(EPERM);
  });
});

describe(`${PROFILES} random profiles`, () => {
  it(
    'act as their rules say, of each machine and each ABI',
    () => {
      const wrong: object[] = [];
      let compared = 0;
      for (let seed = 1; seed <= PROFILES; seed++) {
        const rules = randomRules(seed);
        for (const machine of MACHINES) compared += compare(rules, machine, (found) => wrong.push({ seed, ...found }));
      }
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(compared).toBeGreaterThan(PROFILES * 500);
    },
    PATIENCE,
  );

  it('would not, were a program one instruction off', () => {
    const wrong: object[] = [];
    const rules = randomRules(4);
    const broken = compile(rules, 'x64').map((one) => (one.op === 'at-least' ? { ...one, k: one.k + 1 } : one));
    for (const number of numbers(rules, 'x86_64')) {
      const call = { arch: ABIS.x86_64.audit, number, args: [] };
      if (interpret(broken, call).value !== evaluator(rules, 'x64')(call)) wrong.push(call);
    }
    expect(wrong.length).toBeGreaterThan(0);
  });
});

/** Compares a program, as seccomp(2) would have it, with the rules. Returns how many calls it looked at. */
function compare(rules: Seccomp, machine: Machine, report: (wrong: object) => void): number {
  const program = decode(encode(compile(rules, machine)));
  const calls = Object.values(ABIS_OF)
    .flat()
    .flatMap((abi) => {
      return numbers(rules, abi).flatMap((number) => callsOf(rules, abi, number));
    });
  const evaluate = evaluator(rules, machine);
  for (const call of calls) {
    const [ours, theirs] = [interpret(program, call).value, evaluate(call)];
    if (ours !== theirs) report({ machine, call, ours, theirs });
  }
  return calls.length;
}

/** The numbers that rules name, those next to them, and some beyond all. */
function numbers({ syscalls = [] }: Seccomp, abi: Abi): number[] {
  const named = syscalls.flatMap(({ names }) => names.flatMap((name) => numbersOf(abi).get(name) ?? []));
  const near = named.flatMap((number) => [Math.max(0, number - 1), number, number + 1]);
  return [...new Set([...near, 0, 500, 0xf_0000, X32, X32 + 1, 0xffff_ffff])];
}
