/**
 * Extended BPF as far as device programs need it: a machine with ten registers of 64 bits that reads what it was given, calculates,
 * compares, and jumps forward only (Documentation/bpf/standardization/instruction-set.rst).
 */
export interface Instruction {
  readonly code: number;
  /** The register that it is about: r0 to r9. */
  readonly register: number;
  readonly source: number;
  /** Of memory, or of a jump: so many instructions after the next. */
  readonly offset: number;
  readonly value: number;
  /** As bpftool writes it. */
  readonly text: string;
}

export type Program = readonly Instruction[];

/** An instruction, or how one comes about when it is known how many follow in its block. */
export type Step = Instruction | ((left: number) => Instruction);

// The codes: class, operation or size, source of the operand.
export const LDX_W = 0x61; // BPF_LDX | BPF_MEM | BPF_W
export const AND = 0x57; // BPF_ALU64 | BPF_AND | BPF_K
export const RSH = 0x77; // BPF_ALU64 | BPF_RSH | BPF_K
export const MOV = 0xb7; // BPF_ALU64 | BPF_MOV | BPF_K
export const MOV_X = 0xbf; // BPF_ALU64 | BPF_MOV | BPF_X
export const JEQ = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
export const JNE = 0x55; // BPF_JMP | BPF_JNE | BPF_K
export const EXIT = 0x95; // BPF_JMP | BPF_EXIT

/** `register` = the 32-bit word at `offset` of what r1 points to. */
export function load(register: number, offset: number): Instruction {
  return { ...plain(LDX_W, register), source: 1, offset, text: `r${register} = *(u32 *)(r1 +${offset})` };
}

export function copy(register: number, source: number): Instruction {
  return { ...plain(MOV_X, register), source, text: `r${register} = r${source}` };
}

export function set(register: number, value: number): Instruction {
  return { ...plain(MOV, register, value), text: `r${register} = ${value}` };
}

export function and(register: number, value: number): Instruction {
  return { ...plain(AND, register, value), text: `r${register} &= 0x${(value >>> 0).toString(16)}` };
}

export function shiftRight(register: number, value: number): Instruction {
  return { ...plain(RSH, register, value), text: `r${register} >>= ${value}` };
}

/** Ends the program: r0 is what it says. */
export function exit(): Instruction {
  return { ...plain(EXIT, 0), text: 'exit' };
}

/** Leaves its block where they differ. */
export function unlessEqual(register: number, value: number): Step {
  return (offset) => ({
    ...plain(JNE, register, value),
    offset,
    text: `if r${register} != ${value} goto +${offset}`,
  });
}

/** Leaves its block where they are the same. */
export function ifEqual(register: number, value: number): Step {
  return (offset) => ({
    ...plain(JEQ, register, value),
    offset,
    text: `if r${register} == ${value} goto +${offset}`,
  });
}

/** Some steps, of which jumps lead behind the last. */
export function block(steps: readonly Step[]): Instruction[] {
  return steps.map((step, i) => (typeof step === 'function' ? step(steps.length - 1 - i) : step));
}

function plain(code: number, register: number, value = 0) {
  return { code, register, source: 0, offset: 0, value };
}

/** struct bpf_insn: a byte of code, four bits for each register, two bytes of offset, four of value. */
const SIZE = 8;

/** The program as bpf(2) takes it. */
export function encode(program: Program): Buffer {
  const bytes = Buffer.alloc(program.length * SIZE);
  program.forEach(({ code, register, source, offset, value }, i) => {
    bytes.writeUInt8(code, i * SIZE);
    bytes.writeUInt8((source << 4) | register, i * SIZE + 1);
    bytes.writeInt16LE(offset, i * SIZE + 2);
    bytes.writeInt32LE(value, i * SIZE + 4);
  });
  return bytes;
}
