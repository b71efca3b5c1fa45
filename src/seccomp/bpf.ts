/**
 * Classic BPF as far as filters of system calls need it: a machine with one register (A) that reads 32-bit words of the call (struct
 * seccomp_data), compares, jumps forward only, and returns a number (Documentation/userspace-api/seccomp_filter.rst, net/core/filter.c).
 */
export type Instruction =
  /** A = the word at `k` of struct seccomp_data. */
  | { readonly op: 'load'; readonly k: number }
  /** A = A & k. */
  | { readonly op: 'and'; readonly k: number }
  /** Goes on `yes` or `no` instructions after the next. */
  | { readonly op: Comparison; readonly k: number; readonly yes: number; readonly no: number }
  /** Goes on `k` instructions after the next. */
  | { readonly op: 'jump'; readonly k: number }
  | { readonly op: 'return'; readonly k: number };

/** A = k, A > k, A >= k, (A & k) != 0; unsigned. */
export type Comparison = 'equal' | 'greater' | 'at-least' | 'any-bit';

export type Program = readonly Instruction[];

/** struct sock_filter: two bytes of code, a byte for each of the jumps, four bytes of k. */
const SIZE = 8;
/** BPF_MAXINSNS, include/uapi/linux/bpf_common.h */
const MOST = 4096;

/** The codes: class, size or comparison, source of the operand. */
const CODES: Readonly<Record<Instruction['op'], number>> = {
  load: 0x20, // BPF_LD | BPF_W | BPF_ABS
  and: 0x54, // BPF_ALU | BPF_AND | BPF_K
  jump: 0x05, // BPF_JMP | BPF_JA
  equal: 0x15, // BPF_JMP | BPF_JEQ | BPF_K
  greater: 0x25, // BPF_JMP | BPF_JGT | BPF_K
  'at-least': 0x35, // BPF_JMP | BPF_JGE | BPF_K
  'any-bit': 0x45, // BPF_JMP | BPF_JSET | BPF_K
  return: 0x06, // BPF_RET | BPF_K
};
const OPS: ReadonlyMap<number, Instruction['op']> = new Map(
  Object.entries(CODES).map(([op, code]) => [code, op as Instruction['op']]),
);

/** The program as seccomp(2) takes it. */
export function encode(program: Program): Buffer {
  if (program.length > MOST) {
    throw new RangeError(`a filter has at most ${MOST} instructions, and this one needs ${program.length}`);
  }
  const bytes = Buffer.alloc(program.length * SIZE);
  program.forEach((instruction, i) => {
    const { op, k } = instruction;
    bytes.writeUInt16LE(CODES[op], i * SIZE);
    if ('yes' in instruction) bytes.set([instruction.yes, instruction.no], i * SIZE + 2);
    bytes.writeUInt32LE(k, i * SIZE + 4);
  });
  return bytes;
}

/** The instructions of a program. Throws RangeError where it has others than the ones above. */
export function decode(bytes: Uint8Array): Program {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / SIZE }, (_, i) => decodeOne(view.subarray(i * SIZE)));
}

function decodeOne(bytes: Buffer): Instruction {
  const code = bytes.readUInt16LE(0);
  const op = OPS.get(code);
  const k = bytes.readUInt32LE(4);
  if (op === undefined) throw new RangeError(`this filter has an instruction of code 0x${code.toString(16)}`);
  if (op === 'load' || op === 'and' || op === 'jump' || op === 'return') return { op, k };
  return { op, k, yes: bytes.readUInt8(2), no: bytes.readUInt8(3) };
}
