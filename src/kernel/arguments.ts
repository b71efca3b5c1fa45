import { AT_FDCWD, constantName, flagNames } from './constants.js';
import type { SyscallName } from './numbers.js';
import { once } from './once.js';
import { type Argument, type Descriptor, NO_LIMIT, type Syscall } from './syscall.js';

/** Makes a call of which 0 or more is a success. */
export function syscall(name: SyscallName, ...args: Argument[]): Syscall {
  return { name, args, min: 0n, max: NO_LIMIT };
}

export function integer(value: number | bigint): Argument {
  return { kind: 'integer', value: BigInt(value) };
}

/** A number that people write in octal, such as 0755. */
export function mode(value: number): Argument {
  return { kind: 'integer', value: BigInt(value), text: `0${value.toString(8)}` };
}

/** Bits, written by name: `MS_REC|MS_PRIVATE`. A list of thousands of calls has few of them, so each text is made once. */
export function flags(table: Record<string, number>, value: number, zero?: string): Argument {
  return value === 0 ? named(flagNames(table, 0, zero), 0) : flagsOf(table)(value);
}

const flagsOf = once((table: Record<string, number>) => once((value: number) => named(flagNames(table, value), value)));

/** One of several named values. */
export function oneOf(table: Record<string, number>, value: number): Argument {
  return valuesOf(table)(value);
}

const valuesOf = once((table: Record<string, number>) =>
  once((value: number) => named(constantName(table, value), value)),
);

/** A number with a name of its own, such as `AT_FDCWD`. */
export function named(text: string, value: number | bigint): Argument {
  return { kind: 'integer', value: BigInt(value), text };
}

/** A descriptor: a number, or the result of an earlier call of the list. */
export function descriptor(fd: Descriptor): Argument {
  return typeof fd === 'number' ? integer(fd) : { kind: 'result', of: fd };
}

/** The working directory, where a path starts if nothing else is said. */
export const CWD = named('AT_FDCWD', AT_FDCWD);

/** The directory that a path starts from: a descriptor, or AT_FDCWD. */
export function directory(dirfd: Descriptor): Argument {
  return dirfd === AT_FDCWD ? CWD : descriptor(dirfd);
}

/** A C string. A NUL byte would end it early, so the kernel would act on another path than the one given. */
export function string(value: string | null): Argument {
  if (value?.includes('\0')) {
    throw new RangeError(`${JSON.stringify(value)} contains a NUL byte, which ends a string for the kernel`);
  }
  return { kind: 'string', value };
}

export function strings(value: readonly string[], text?: string): Argument {
  for (const one of value) string(one);
  return { kind: 'strings', value, ...(text === undefined ? {} : { text }) };
}

/** A struct or a buffer, with the text that stands for it in the trace. */
export function bytes(value: Uint8Array, text: string): Argument {
  return { kind: 'bytes', value, text };
}

/** Data that the kernel reads. The trace has its start, which is made a text of only there. */
export class Data {
  readonly kind = 'bytes';
  readonly value: Uint8Array;

  constructor(value: Uint8Array) {
    this.value = value;
  }

  get text(): string {
    return startOf(this.value);
  }
}

/** The start of some data as a C string; of binary data only its size. */
function startOf(data: Uint8Array): string {
  const shown = Buffer.from(data.subarray(0, 48)).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what makes data binary.
  if (/[\x00-\x08\x0e-\x1f\ufffd]/.test(shown)) return `/* ${data.length} bytes */`;
  return JSON.stringify(shown) + (data.length > 48 ? '…' : '');
}

/** A struct that holds pointers: words of 64 bits, of which bytes stand for a pointer to them. */
export function struct(words: readonly (bigint | Uint8Array)[], text: string): Argument {
  return { kind: 'struct', words, text };
}

/** A buffer that the kernel fills. */
export function buffer(value: Uint8Array, text = '…'): Argument {
  return { kind: 'bytes', value, text, out: true };
}

/** A buffer that the kernel fills, and that the trace then describes. */
export function describedBuffer(value: Uint8Array, describe: (value: Uint8Array) => string): Argument {
  return { kind: 'bytes', value, text: '…', out: true, describe };
}
