import type { Comparison, Instruction, Program } from './bpf.js';

/** A system call as a filter sees it: struct seccomp_data, without the instruction pointer. */
export interface Call {
  /** AUDIT_ARCH_* */
  readonly arch: number;
  readonly number: number;
  /** At most six; the others are 0. */
  readonly args: readonly bigint[];
}

/** Offsets in struct seccomp_data (include/uapi/linux/seccomp.h). */
export const NUMBER = 0;
export const ARCH = 4;
const ARGS = 16;

/** Of the lower 32 bits of an argument: both architectures are little-endian. */
export function lowWord(index: number): number {
  return ARGS + 8 * index;
}

export function highWord(index: number): number {
  return lowWord(index) + 4;
}

interface Outcome {
  /** SECCOMP_RET_* and its data. */
  readonly value: number;
  /** The instructions that were carried out, by their places in the program. */
  readonly path: readonly number[];
}

/** Does what the kernel does with a filter at each system call (___bpf_prog_run() in kernel/bpf/core.c). */
export function interpret(program: Program, call: Call): Outcome {
  const path: number[] = [];
  let register = 0;
  for (let at = 0; at < program.length; ) {
    const instruction = program[at] as Instruction;
    path.push(at++);
    if (instruction.op === 'return') return { value: instruction.k, path };
    if (instruction.op === 'load') register = wordOf(call, instruction.k);
    else if (instruction.op === 'and') register = (register & instruction.k) >>> 0;
    else at += skipped(instruction, register);
  }
  throw new RangeError('this filter runs past its end');
}

/** How many instructions a jump leaves out. */
function skipped(jump: Exclude<Instruction, { op: 'load' | 'and' | 'return' }>, register: number): number {
  if (jump.op === 'jump') return jump.k;
  return holds(jump.op, register, jump.k) ? jump.yes : jump.no;
}

function holds(comparison: Comparison, a: number, k: number): boolean {
  switch (comparison) {
    case 'equal':
      return a === k;
    case 'greater':
      return a > k;
    case 'at-least':
      return a >= k;
    case 'any-bit':
      return (a & k) !== 0;
  }
}

/** A word of struct seccomp_data. */
export function wordOf({ arch, number, args }: Call, offset: number): number {
  if (offset === NUMBER) return number >>> 0;
  if (offset === ARCH) return arch;
  const argument = args[Math.floor((offset - ARGS) / 8)] ?? 0n;
  return Number((offset % 8 === 0 ? argument : argument >> 32n) & 0xffff_ffffn);
}
