import { bytesOf } from '../files/file-names.js';
import { libc } from '../libc.js';
import { ENTRY_ARGUMENTS, ENTRY_MAX, ENTRY_MIN, ENTRY_RESULT, ENTRY_SIZE } from '../machine-code/stub.js';
import { syscallNumber } from '../numbers.js';
import type { Argument, Syscall } from '../syscall.js';

/** The result word of a call that was not made, or that did not return: execve, exit_group. */
export const NO_RESULT = -(2n ** 63n);
/** How much memory the arguments of a list may take, in bytes. */
export const MAX_SIZE = 16 * 1024 * 1024;
const REGISTERS = 6;

/** A call in the form that the kernel takes. It lives as long as the call, since others point into it. */
export interface EncodedCall {
  readonly memory: Memory;
  /**
   * Where in that memory it begins, in bytes: its entry in the table of the stub, its six registers, what they point to. The address of a
   * forwarded result is left 0.
   */
  readonly at: number;
  /** Arguments that are results of earlier calls: which of the six, and of which call. */
  readonly forwarded: readonly (readonly [n: number, of: Syscall])[];
  /** Bytes that the registers and all that they point to take. */
  readonly size: number;
  /** Copies what the kernel wrote into buffers to where the caller looks for it. */
  copyOut(): void;
}

const encoded = new WeakMap<Syscall, EncodedCall>();

/** Encodes a call. That is done once: in a second list, or made again, the same call costs no more than a copy. */
export function encode(call: Syscall): EncodedCall {
  const known = encoded.get(call);
  if (known) return known;
  const made = encodeNew(call);
  encoded.set(call, made);
  return made;
}

function encodeNew(call: Syscall): EncodedCall {
  const size = sizeOf([call]);
  const { memory, at } = allocate(ENTRY_SIZE + size);
  const layout = new Layout(memory, at + ENTRY_SIZE);
  const forwarded = layout.write(call, at);
  return { memory, at, forwarded, size, copyOut: () => layout.copyOut() };
}

/** Memory of a fixed address, as bytes and as words of 64 bits: an ArrayBuffer lies outside V8's heap and never moves. */
export class Memory {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly words: BigInt64Array;
  readonly address: bigint;

  /** `address` is where it lies for whoever makes the calls: by default this process. */
  constructor(size: number, address?: bigint) {
    const memory = new ArrayBuffer(size);
    this.bytes = Buffer.from(memory);
    this.words = new BigInt64Array(memory);
    this.address = address ?? libc().address(this.bytes);
  }
}

/** Bytes that are allocated at once: to allocate them, and to ask for their address, takes longer than to encode a call. */
const CHUNK = 32 * 1024;
let chunk: Memory | undefined;
let used = 0;

/** Returns zeroed memory that is not shared. */
function allocate(size: number): { memory: Memory; at: number } {
  if (chunk === undefined || used + size > CHUNK) {
    chunk = new Memory(Math.max(size, CHUNK));
    used = 0;
  }
  const at = used;
  used += size;
  return { memory: chunk, at };
}

/**
 * A list as it lies in the memory of another program, at `address`: the table of entries, then what they point to. Without forwarded
 * results, and nothing that the kernel writes is copied back.
 */
export function encodeAt(address: bigint, calls: readonly Syscall[]): Buffer {
  const table = calls.length * ENTRY_SIZE;
  const memory = new Memory(table + sizeOf(calls), address);
  const layout = new Layout(memory, table);
  calls.forEach((call, i) => {
    const [forwarded] = layout.write(call, i * ENTRY_SIZE);
    if (forwarded)
      throw new RangeError(`${call.name} uses the result of ${forwarded[1].name}, which another program had`);
  });
  return memory.bytes;
}

export function tooLarge(size: number): RangeError {
  return new RangeError(`a list's arguments may take ${MAX_SIZE} bytes, and these take ${size}`);
}

/** Bytes that the registers of some calls and all that they point to take. An array of strings that several calls share is stored once. */
function sizeOf(calls: readonly Syscall[]): number {
  const known = new Set<unknown>();
  let size = calls.length * REGISTERS * 8;
  for (const { args } of calls) {
    for (const argument of args) {
      const isKnown = argument.kind === 'strings' && known.has(argument.value);
      if (!isKnown) size += argumentSize(argument);
      if (argument.kind === 'strings') known.add(argument.value);
    }
  }
  if (size > MAX_SIZE) throw tooLarge(size);
  return size;
}

/** Writes calls into memory: the six registers of each, then what they point to. */
class Layout {
  readonly #memory: Memory;
  readonly #out: { to: Uint8Array; offset: number }[] = [];
  readonly #arrays = new Map<readonly string[], bigint>();
  /** What is behind is zero, and not written yet. */
  #free: number;

  constructor(memory: Memory, free: number) {
    this.#memory = memory;
    this.#free = free;
  }

  /** Writes a call, and its entry where the table has it. Its arguments that are results of earlier calls. */
  write(call: Syscall, entry: number): EncodedCall['forwarded'] {
    const registers = this.#free;
    this.#free += REGISTERS * 8;
    const forwarded: [n: number, of: Syscall][] = [];
    call.args.forEach((argument, n) => {
      if (argument.kind === 'result') forwarded.push([n, argument.of]);
      else this.#memory.words[registers / 8 + n] = this.#value(argument);
    });
    this.#writeEntry(call, entry, registers);
    return forwarded;
  }

  #writeEntry(call: Syscall, entry: number, registers: number): void {
    const { words } = this.#memory;
    words[entry / 8] = BigInt(syscallNumber(call.name));
    words[(entry + ENTRY_MIN) / 8] = call.min;
    words[(entry + ENTRY_MAX) / 8] = call.max;
    words[(entry + ENTRY_RESULT) / 8] = NO_RESULT;
    for (let n = 0, address = this.#addressOf(registers); n < REGISTERS; n++, address += 8n) {
      if (call.args[n]?.kind !== 'result') words[(entry + ENTRY_ARGUMENTS) / 8 + n] = address;
    }
  }

  /** What goes into the register for an argument. */
  #value(argument: Exclude<Argument, { kind: 'result' }>): bigint {
    switch (argument.kind) {
      case 'integer':
        return argument.value;
      case 'string':
        return argument.value === null ? 0n : this.#string(argument.value);
      case 'strings':
        return this.#array(argument.value);
      case 'bytes':
        if (argument.out) this.#out.push({ to: argument.value, offset: this.#free });
        return this.#store(argument.value);
    }
  }

  copyOut(): void {
    for (const { to, offset } of this.#out) this.#memory.bytes.copy(to, 0, offset, offset + to.length);
  }

  /** The addresses of some strings, NULL behind them. */
  #array(strings: readonly string[]): bigint {
    const known = this.#arrays.get(strings);
    if (known !== undefined) return known;
    const addresses = strings.map((one) => this.#string(one));
    const at = this.#take((strings.length + 1) * 8);
    this.#memory.words.set(addresses, at / 8);
    this.#arrays.set(strings, this.#addressOf(at));
    return this.#addressOf(at);
  }

  /** The memory is zero, and so is the byte behind the string. */
  #string(value: string): bigint {
    const { bytes } = this.#memory;
    const length = value.isWellFormed() ? bytes.write(value, this.#free) : bytesOf(value).copy(bytes, this.#free);
    return this.#addressOf(this.#take(length + 1));
  }

  #store(data: Uint8Array): bigint {
    this.#memory.bytes.set(data, this.#free);
    return this.#addressOf(this.#take(data.length));
  }

  /** Where the next bytes lie, which are taken by that. */
  #take(size: number): number {
    const at = this.#free;
    this.#free += aligned(size);
    return at;
  }

  #addressOf(at: number): bigint {
    return this.#memory.address + BigInt(at);
  }
}

/** Bytes that an argument takes beside its register. */
function argumentSize(argument: Argument): number {
  switch (argument.kind) {
    case 'integer':
    case 'result':
      return 0;
    case 'string':
      return argument.value === null ? 0 : stringSize(argument.value);
    case 'strings':
      return argument.value.reduce((sum, one) => sum + stringSize(one), (argument.value.length + 1) * 8);
    case 'bytes':
      return aligned(argument.value.length);
  }
}

function stringSize(value: string): number {
  return aligned((value.isWellFormed() ? Buffer.byteLength(value) : bytesOf(value).length) + 1);
}

function aligned(size: number): number {
  return (size + 7) & ~7;
}
