import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import { ABIS, ABIS_OF, type Abi, type Machine, X32 } from '../../../src/seccomp/abi.js';
import { decode, encode, type Program } from '../../../src/seccomp/bpf.js';
import { ALLOWED, ON_MACHINES, REFUSED, SINCE, WITH_CAPABILITY } from '../../../src/seccomp/builtin/calls.js';
import { DEFAULT_PROFILE } from '../../../src/seccomp/builtin/profile.js';
import { DECIDING, defaultProgram, GRANTED } from '../../../src/seccomp/builtin/program.js';
import { compile } from '../../../src/seccomp/compile.js';
import { interpret } from '../../../src/seccomp/interpret.js';
import { allNames } from '../../../src/seccomp/numbers.js';
import { type Profile, parseProfile } from '../../../src/seccomp/profile.js';
import { rulesFor } from '../../../src/seccomp/situation.js';
import { DOCKERS_PROFILE, needs } from '../../support/needs.js';
import { callsOf } from '../../support/seccomp/calls.js';
import { evaluator } from '../../support/seccomp/evaluate.js';

const MACHINES = ['x64', 'arm64'] as const;
const KERNEL = '6.1';
const USUAL = DOCKERS_CAPABILITIES.bounding;

/** All numbers that a call has or may get, some of x32, arm's private ones, and the last. */
const NUMBERS = [
  ...Array.from({ length: 1024 }, (_, i) => i),
  ...Array.from({ length: 600 }, (_, i) => X32 + i),
  ...Array.from({ length: 10 }, (_, i) => 0xf_0000 + i),
  0xffff_ffff,
];

const words = (text: string) => text.trim().split(/\s+/);

describe('the default profile', () => {
  it('has each call of the kernel in one of its lists, and no other', () => {
    const [allowed, refused] = [ALLOWED, REFUSED].map((lists) => Object.values(lists).flatMap(words)) as [
      string[],
      string[],
    ];
    const sometimes = [SINCE.calls, ...ON_MACHINES.map(([, calls]) => calls), ...Object.values(WITH_CAPABILITY)];
    const conditional = [...new Set([...sometimes.flatMap(words), 'socket', 'personality'])];
    expect([...allowed, ...refused, ...conditional].sort()).toEqual(allNames().sort());
  });

  it('asks for the capabilities that the constant program was made for, and no others', () => {
    const named = (DEFAULT_PROFILE.syscalls ?? []).flatMap(({ includes, excludes }) => [
      ...(includes?.caps ?? []),
      ...(excludes?.caps ?? []),
    ]);
    expect([...new Set(named)].sort()).toEqual([...DECIDING].sort());
    expect(DECIDING.filter((name) => USUAL.includes(name))).toEqual(GRANTED);
  });

  it.each(MACHINES)('is the constant of the bundle on %s: its instructions of 8 bytes, in hexadecimal', (machine) => {
    const compiled = encode(compileFor(DEFAULT_PROFILE, machine, USUAL));
    const lines = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').match(/.{16}/g);
    expect(lines(defaultProgram(machine))).toEqual(lines(compiled));
  });

  it.each(MACHINES)('takes at most 300 instructions on %s', (machine) => {
    expect(decode(defaultProgram(machine)).length).toBeLessThanOrEqual(300);
  });

  it.each(MACHINES)('acts as its rules say on %s, of every number and around every constant', (machine) => {
    const rules = rulesOf(DEFAULT_PROFILE, machine, USUAL);
    const evaluate = evaluator(rules, machine);
    const program = decode(defaultProgram(machine));
    const calls = everyCall(DEFAULT_PROFILE, machine);
    expect(calls.length).toBeGreaterThan(3000);
    expect(calls.filter((call) => interpret(program, call).value !== evaluate(call))).toEqual([]);
  });
});

describe('the default profile and that of Docker', () => {
  /** Of each capability that decides anything: Docker's, with it and without it; then none, and all. */
  const SETS: readonly (readonly string[])[] = [
    ...DECIDING.map((name) => [...USUAL.filter((one) => one !== name), name]),
    ...DECIDING.map((name) => USUAL.filter((one) => one !== name)),
    [],
    DECIDING,
  ];

  it.for(MACHINES)(
    'do the same on %s: each number, arguments around each constant, each capability',
    (machine, test) => {
      needs(test, 'the default profile of Docker');
      const dockers = parseProfile(readFileSync(DOCKERS_PROFILE, 'utf8'), DOCKERS_PROFILE);
      const different = SETS.flatMap((capabilities) => {
        const [ours, theirs] = [DEFAULT_PROFILE, dockers].map((one) => compileFor(one, machine, capabilities)) as [
          Program,
          Program,
        ];
        const calls = everyCall(dockers, machine).filter(
          (call) => interpret(ours, call).value !== interpret(theirs, call).value,
        );
        return calls.map((call) => ({ capabilities, ...call }));
      });
      expect(different.slice(0, 5)).toEqual([]);
    },
  );
});

function rulesOf(profile: Profile, machine: Machine, capabilities: readonly string[]) {
  return rulesFor(profile, { capabilities, architecture: machine, kernel: KERNEL });
}

function compileFor(profile: Profile, machine: Machine, capabilities: readonly string[]): Program {
  return compile(rulesOf(profile, machine, capabilities), machine);
}

/** Calls of each number of each ABI of a machine, and of one that it does not have. */
function everyCall(profile: Profile, machine: Machine) {
  const syscalls = (profile.syscalls ?? []).map(({ includes, excludes, ...rule }) => rule);
  const all = rulesOf({ ...profile, syscalls }, machine, []);
  const abis: readonly Abi[] = ABIS_OF[machine];
  const calls = abis.flatMap((abi) => NUMBERS.flatMap((number) => callsOf(all, abi, number)));
  return [...calls, { arch: ABIS.arm.audit ^ 1, number: 1, args: [] }];
}
