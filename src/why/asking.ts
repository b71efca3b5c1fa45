/** A container's own filter, changed so that it asks about what it refuses. */

import { SECCOMP_FILTER_FLAG_NEW_LISTENER, SECCOMP_SET_MODE_FILTER, seccomp } from '../kernel/calls/seccomp.js';
import type { Listening } from '../kernel/list/listening.js';
import type { Syscall } from '../kernel/syscall.js';
import { ABIS, ABIS_OF, type Abi, thisMachine, X32 } from '../seccomp/abi.js';
import { ALLOW, kills, RETURN_ENOSYS, refusedWith, returnValue } from '../seccomp/actions.js';
import { decode, encode, type Instruction, type Program } from '../seccomp/bpf.js';
import { ARCH, type Call, interpret, NUMBER } from '../seccomp/interpret.js';
import { numbersOf } from '../seccomp/numbers.js';

/** Who is asked by the filter of a container, from its start to its end. */
export interface Asked extends Listening {
  /** The calls of its list, with a filter that asks; undefined where there is none to ask. */
  prepare(calls: readonly Syscall[]): readonly Syscall[] | undefined;
  /** The container waits at its gate. */
  follow(pid: number): void;
  /** It has ended, and its files are still there. */
  ended(end: AskedEnd): void;
}

/** How a container ended that was asked about. */
export interface AskedEnd {
  readonly exitCode: number;
  /** The kernel has killed a process of its cgroup, for its memory. */
  readonly oomKilled: boolean;
}

const ASK = returnValue('SCMP_ACT_NOTIFY');

/** A filter that allows everything. */
const ALLOW_ALL: Program = [{ op: 'return', k: ALLOW }];

/** A list whose filter asks; `verdict` is what the filter would have said by itself: an errno, its death, or undefined where it allows the call. */
export interface AskingList {
  readonly calls: readonly Syscall[];
  verdict(call: Call): number | 'kill' | undefined;
}

/**
 * The calls of a container, with a filter that asks where it would refuse with an errno; but for ENOSYS, which sends libc to an older call. Where
 * `names` are given, also about calls of these names that it allows, and where it would kill; and where there is no filter one is added.
 * Undefined: no filter.
 */
export function askingList(calls: readonly Syscall[], names: readonly string[] = []): AskingList | undefined {
  const own = calls.find(({ name }) => name === 'seccomp');
  if (!own && names.length === 0) return undefined;
  const program = own ? decode(programOf(own)) : ALLOW_ALL;
  const flags = own?.args[1]?.kind === 'integer' ? Number(own.args[1].value) : 0;
  const asking = encode(names.length > 0 ? askingAbout(names, program) : program.map(askRefused));
  const filter = { ...own, ...seccomp(SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_NEW_LISTENER, asking) };
  return {
    calls: own ? calls.map((one) => (one === own ? filter : one)) : beforePrograms(calls, filter),
    verdict: (call) => verdictOf(interpret(program, call).value),
  };
}

function programOf({ args }: Syscall): Uint8Array {
  const fprog = args[2];
  const program = fprog?.kind === 'struct' ? fprog.words[1] : undefined;
  if (!(program instanceof Uint8Array)) throw new RangeError('seccomp() without a program');
  return program;
}

function verdictOf(value: number): number | 'kill' | undefined {
  return kills(value) ? 'kill' : refusedWith(value);
}

function askRefused(instruction: Instruction): Instruction {
  const isRefusal = instruction.op === 'return' && refusedWith(instruction.k) !== undefined;
  return isRefusal && instruction.k !== RETURN_ENOSYS ? { op: 'return', k: ASK } : instruction;
}

/** Where the filter would allow a call, it goes on to questions behind its end. */
function askingAbout(names: readonly string[], program: Program): Program {
  const instead = program.map((instruction, at): Instruction => {
    if (instruction.op !== 'return') return instruction;
    if (instruction.k === ALLOW) return { op: 'jump', k: program.length - at - 1 };
    return kills(instruction.k) ? { op: 'return', k: ASK } : askRefused(instruction);
  });
  return [...instead, ...questionsAbout(names)];
}

/** Instructions that ask about calls of these names, by the numbers of each ABI of this machine, and allow all others. */
function questionsAbout(names: readonly string[]): Instruction[] {
  const parts = ABIS_OF[thisMachine()].flatMap((abi): Instruction[] => {
    const part = questionsIn(abi, names);
    return [{ op: 'equal', k: ABIS[abi].audit, yes: 0, no: part.length }, ...part];
  });
  return [{ op: 'load', k: ARCH }, ...parts, { op: 'return', k: ALLOW }];
}

/** A number of x32 has the arch of x86-64: such calls are not there, as with every filter of tslab. */
function questionsIn(abi: Abi, names: readonly string[]): Instruction[] {
  const numbers = names.flatMap((name) => numbersOf(abi).get(name) ?? []);
  const questions = numbers.map((k, i): Instruction => ({ op: 'equal', k, yes: numbers.length - i, no: 0 }));
  return [
    { op: 'load', k: NUMBER },
    { op: 'at-least', k: X32, yes: numbers.length + 2, no: 0 },
    ...questions,
    { op: 'return', k: ALLOW },
    { op: 'return', k: ASK },
    { op: 'return', k: RETURN_ENOSYS },
  ];
}

/** As the last call before the programs with which a list ends. */
function beforePrograms(calls: readonly Syscall[], filter: Syscall): Syscall[] {
  const last = calls.findLastIndex(({ name }) => name !== 'execve' && name !== 'execveat');
  return [...calls.slice(0, last + 1), filter, ...calls.slice(last + 1)];
}
