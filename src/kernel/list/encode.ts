import { bytesOf } from '../files/file-names.js';
import { libc } from '../libc.js';
import { ENTRY_ARGUMENTS, ENTRY_MAX, ENTRY_MIN, ENTRY_RESULT, ENTRY_SIZE } from '../machine-code/stub.js';
import { syscallNumber } from '../numbers.js';
import type { Argument, Syscall } from '../syscall.js';

/** The result word of a call that was not made, or that did not return: execve, exit_group. */
export const NO_RESULT = -(2n ** 63n);
/** How much memory the arguments of a list may take, in bytes. */
export const MAX_SIZE = 16 * 1024 * 1024;
/** The six registers of a call, in bytes. */
const REGISTERS = 6 * 8;

/** Memory of a fixed address, as bytes and as words: an ArrayBuffer lies outside V8's heap and never moves. */
export class Memory {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly words: BigInt64Array;
  /** Two to a word, the lower first on both architectures: a BigInt for each address would take as long as all the rest. */
  readonly halves: Uint32Array;
  /** An address has 47 bits, and so is exact. */
  readonly address: number;
  /** Whoever makes the calls sees no other memory of this process. */
  readonly isAlone: boolean;

  /** `address` is where it lies for another program that makes the calls: by default it is this process. */
  constructor(size: number, address?: bigint) {
    const memory = new ArrayBuffer(size);
    this.bytes = Buffer.from(memory);
    this.words = new BigInt64Array(memory);
    this.halves = new Uint32Array(memory);
    this.isAlone = address !== undefined;
    this.address = Number(address ?? libc().address(this.bytes));
  }

  /** Writes the address of the byte `to` of this memory into the word at the byte `at`. */
  point(at: number, to: number): void {
    this.put(at, this.address + to);
  }

  /** Writes a number below 2^53 into the word at the byte `at`. A typed array keeps the lower 32 bits of what is put into it. */
  put(at: number, value: number): void {
    this.halves[at >> 2] = value;
    this.halves[(at >> 2) + 1] = value / 2 ** 32;
  }
}

/**
 * A list as it lies in the memory of another program, at `address`: the table of entries, then what they point to. Without forwarded
 * results, and nothing that the kernel writes is copied back.
 */
export function encodeAt(address: bigint, calls: readonly Syscall[]): Buffer {
  const table = calls.length * ENTRY_SIZE;
  const memory = new Memory(table + sizeOf(calls, true), address);
  const layout = new Layout(memory, table);
  for (const call of calls) {
    const forwarded = call.args.find((argument) => argument.kind === 'result');
    if (forwarded)
      throw new RangeError(`${call.name} uses the result of ${forwarded.of.name}, which another program had`);
  }
  for (const [i, call] of calls.entries()) layout.write(call, i * ENTRY_SIZE);
  return memory.bytes.subarray(0, layout.end);
}

/**
 * The most bytes that the registers of some calls and all that they point to take, without data that stays where it is (`isAlone`: all is
 * copied). An array of strings that several calls share is stored once.
 */
export function sizeOf(calls: readonly Syscall[], isAlone = false): number {
  const known = new Set<unknown>();
  let size = calls.length * REGISTERS;
  for (const { args } of calls) {
    for (const argument of args) {
      const isShared = argument.kind === 'strings';
      if (isShared && known.has(argument.value)) continue;
      if (isShared) known.add(argument.value);
      size += argumentSize(argument, isAlone);
    }
  }
  if (size > MAX_SIZE) throw new RangeError(`a list's arguments may take ${MAX_SIZE} bytes, and these take ${size}`);
  return size;
}

/** Writes calls into memory, which is zero: the entry and the six registers of each, and what they point to. */
export class Layout {
  readonly #memory: Memory;
  readonly #out: { to: Uint8Array; offset: number }[] = [];
  readonly #arrays = new Map<readonly string[], number>();
  /** Where the entry of each call is: of one that occurs twice, the last. */
  readonly #entries = new Map<Syscall, number>();
  /** What is behind is not written yet. */
  #free: number;

  constructor(memory: Memory, free: number) {
    this.#memory = memory;
    this.#free = free;
  }

  /** Where the next bytes would lie. */
  get end(): number {
    return this.#free;
  }

  /** Writes a call, and its entry at the byte `entry`. */
  write(call: Syscall, entry: number): void {
    const { words } = this.#memory;
    const registers = this.#free;
    this.#free += REGISTERS;
    this.#memory.put(entry, syscallNumber(call.name));
    words[(entry + ENTRY_MIN) >> 3] = call.min;
    words[(entry + ENTRY_MAX) >> 3] = call.max;
    words[(entry + ENTRY_RESULT) >> 3] = NO_RESULT;
    for (let at = 0; at < REGISTERS; at += 8) this.#memory.point(entry + ENTRY_ARGUMENTS + at, registers + at);
    call.args.forEach((argument, n) => {
      if (argument.kind === 'result') this.#forward(call, argument.of, entry + ENTRY_ARGUMENTS + n * 8);
      else this.#writeRegister(argument, registers + n * 8);
    });
    this.#entries.set(call, entry);
  }

  /** Where an argument is the result of an earlier call, its address is that of the call's result word. */
  #forward(call: Syscall, of: Syscall, at: number): void {
    const earlier = this.#entries.get(of);
    if (earlier === undefined)
      throw new RangeError(`${call.name} uses the result of ${of.name}, which is not earlier in the list`);
    this.#memory.point(at, earlier + ENTRY_RESULT);
  }

  #writeRegister(argument: Exclude<Argument, { kind: 'result' }>, at: number): void {
    switch (argument.kind) {
      case 'integer':
        this.#memory.words[at >> 3] = argument.value;
        return;
      case 'string':
        if (argument.value !== null) this.#memory.point(at, this.#string(argument.value));
        return;
      case 'strings':
        this.#memory.point(at, this.#array(argument.value));
        return;
      case 'bytes':
        if (!argument.out && staysWhereItIs(argument.value, this.#memory.isAlone)) {
          this.#memory.put(at, addressOf(argument.value));
          return;
        }
        if (argument.out) this.#out.push({ to: argument.value, offset: this.#free });
        this.#memory.point(at, this.#store(argument.value));
        return;
      case 'struct':
        this.#memory.point(at, this.#struct(argument.words));
    }
  }

  /** Copies what the kernel wrote into buffers to where the caller looks for it. */
  copyOut(): void {
    for (const { to, offset } of this.#out) this.#memory.bytes.copy(to, 0, offset, offset + to.length);
  }

  /** The addresses of some strings, NULL behind them. */
  #array(strings: readonly string[]): number {
    const known = this.#arrays.get(strings);
    if (known !== undefined) return known;
    const ends = strings.map((one) => this.#string(one));
    const at = this.#take((strings.length + 1) * 8);
    ends.forEach((to, i) => {
      this.#memory.point(at + i * 8, to);
    });
    this.#arrays.set(strings, at);
    return at;
  }

  /** Its words, the addresses of what they point to among them. */
  #struct(words: readonly (bigint | Uint8Array)[]): number {
    const start = this.#take(words.length * 8);
    words.forEach((word, i) => {
      const at = start + i * 8;
      if (typeof word === 'bigint') this.#memory.words[at >> 3] = word;
      else this.#memory.point(at, this.#store(word));
    });
    return start;
  }

  /** The byte behind the string is zero. */
  #string(value: string): number {
    const { bytes } = this.#memory;
    const length = value.isWellFormed() ? bytes.write(value, this.#free) : bytesOf(value).copy(bytes, this.#free);
    return this.#take(length + 1);
  }

  #store(data: Uint8Array): number {
    this.#memory.bytes.set(data, this.#free);
    return this.#take(data.length);
  }

  /** Where the next bytes lie, which are taken by that. */
  #take(size: number): number {
    const at = this.#free;
    this.#free += aligned(size);
    return at;
  }
}

/** Data of so many bytes is not copied: the kernel reads it where it is. V8 keeps no buffer above 64 bytes in its heap, where it could move. */
const IN_PLACE = 1024;

function staysWhereItIs(data: Uint8Array, isAlone: boolean): boolean {
  return data.length >= IN_PLACE && !isAlone;
}

const addresses = new WeakMap<ArrayBufferLike, number>();

/** Many parts of a buffer are written, and to ask for an address takes longer than to encode a call. */
function addressOf(data: Uint8Array): number {
  const known = addresses.get(data.buffer);
  if (known !== undefined) return known + data.byteOffset;
  const address = Number(libc().address(data));
  addresses.set(data.buffer, address - data.byteOffset);
  return address;
}

/** The most bytes that an argument takes beside its register. */
function argumentSize(argument: Argument, isAlone: boolean): number {
  switch (argument.kind) {
    case 'integer':
    case 'result':
      return 0;
    case 'string':
      return argument.value === null ? 0 : stringSize(argument.value);
    case 'strings':
      return argument.value.reduce((sum, one) => sum + stringSize(one), (argument.value.length + 1) * 8);
    case 'bytes':
      return !argument.out && staysWhereItIs(argument.value, isAlone) ? 0 : aligned(argument.value.length);
    case 'struct':
      return argument.words.reduce((sum, word) => sum + (typeof word === 'bigint' ? 8 : 8 + aligned(word.length)), 0);
  }
}

/** A UTF-16 unit becomes at most three bytes of UTF-8. To count takes longer than to write, so only long strings are counted. */
function stringSize(value: string): number {
  return aligned((value.length < 256 ? value.length * 3 : Buffer.byteLength(value)) + 1);
}

function aligned(size: number): number {
  return (size + 7) & ~7;
}
