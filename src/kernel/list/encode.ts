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

/** A call in the form that the kernel takes. It lives as long as the call, since others hold addresses in it. */
export interface EncodedCall {
  /** The words of its entry in the table of the stub. The address of a forwarded result is left 0. */
  readonly entry: BigInt64Array;
  /** Its six registers, where the stub finds them too. */
  readonly registers: BigInt64Array;
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
  const { bytes, address } = allocate(size);
  const memory = new Memory(bytes, address);
  const { entry, registers, forwarded } = memory.encode(call);
  return { entry, registers, forwarded, size, copyOut: () => memory.copyOut() };
}

interface Allocated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly address: bigint;
}

/** Bytes that are allocated at once: to allocate them, and to ask for their address, takes longer than to encode a call. */
const CHUNK = 32 * 1024;
let chunk: Allocated | undefined;
let used = 0;

/** Zeroed memory that nobody else gets. An ArrayBuffer of its own lies outside V8's heap and never moves; small typed arrays would lie within. */
function allocate(size: number): Allocated {
  if (chunk === undefined || used + size > CHUNK) {
    const bytes = new Uint8Array(new ArrayBuffer(Math.max(size, CHUNK)));
    chunk = { bytes, address: libc().address(bytes) };
    used = 0;
  }
  const { bytes, address } = chunk;
  const at = used;
  used += size;
  return { bytes: bytes.subarray(at, used), address: address + BigInt(at) };
}

/**
 * A list as it lies in the memory of another program, at `address`: the table of entries, then what they point to. Without forwarded
 * results, and nothing that the kernel writes is copied back.
 */
export function encodeAt(address: bigint, calls: readonly Syscall[]): Buffer {
  const table = calls.length * ENTRY_SIZE;
  const all = new Uint8Array(new ArrayBuffer(table + sizeOf(calls)));
  const memory = new Memory(all.subarray(table), address + BigInt(table));
  calls.forEach((call, i) => {
    const { entry, forwarded } = memory.encode(call);
    if (forwarded[0])
      throw new RangeError(`${call.name} uses the result of ${forwarded[0][1].name}, which another program had`);
    new BigInt64Array(all.buffer).set(entry, (i * ENTRY_SIZE) / 8);
  });
  return Buffer.from(all.buffer);
}

export function tooLarge(size: number): RangeError {
  return new RangeError(`a list's arguments may take ${MAX_SIZE} bytes, and these take ${size}`);
}

/** The entry of a call in the table of the stub; `registers` is the address of its six. */
function entryOf(call: Syscall, registers: bigint): BigInt64Array {
  const entry = new BigInt64Array(ENTRY_SIZE / 8);
  entry[0] = BigInt(syscallNumber(call.name));
  entry[ENTRY_MIN / 8] = call.min;
  entry[ENTRY_MAX / 8] = call.max;
  entry[ENTRY_RESULT / 8] = NO_RESULT;
  for (let n = 0, address = registers; n < REGISTERS; n++, address += 8n) {
    if (call.args[n]?.kind !== 'result') entry[ENTRY_ARGUMENTS / 8 + n] = address;
  }
  return entry;
}

/** Bytes that the registers of some calls and all that they point to take. An array of strings that several have lies there once. */
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

/** Memory into which calls are laid out: the six registers of each, then what they point to. */
class Memory {
  readonly #bytes: Buffer<ArrayBuffer>;
  readonly #base: bigint;
  readonly #out: { to: Uint8Array; offset: number }[] = [];
  readonly #arrays = new Map<readonly string[], bigint>();
  #free = 0;

  /** `base` is where `bytes` lie for whoever makes the calls. */
  constructor(bytes: Uint8Array<ArrayBuffer>, base: bigint) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#base = base;
  }

  encode(call: Syscall): Pick<EncodedCall, 'entry' | 'registers' | 'forwarded'> {
    const at = this.#free;
    this.#free += REGISTERS * 8;
    const registers = new BigInt64Array(this.#bytes.buffer, this.#bytes.byteOffset + at, REGISTERS);
    const forwarded: [n: number, of: Syscall][] = [];
    call.args.forEach((argument, n) => {
      registers[n] = this.#value(argument);
      if (argument.kind === 'result') forwarded.push([n, argument.of]);
    });
    return { entry: entryOf(call, this.#base + BigInt(at)), registers, forwarded };
  }

  /** What goes into the register for an argument. */
  #value(argument: Argument): bigint {
    switch (argument.kind) {
      case 'integer':
        return argument.value;
      case 'result':
        return 0n;
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
    for (const { to, offset } of this.#out) to.set(this.#bytes.subarray(offset, offset + to.length));
  }

  /** The addresses of some strings, NULL behind them. */
  #array(strings: readonly string[]): bigint {
    const known = this.#arrays.get(strings);
    if (known !== undefined) return known;
    const addresses = strings.map((one) => this.#string(one));
    const array = this.#store(new Uint8Array(new BigInt64Array([...addresses, 0n]).buffer));
    this.#arrays.set(strings, array);
    return array;
  }

  /** The memory is zero, and so is the byte behind the string. */
  #string(value: string): bigint {
    const offset = this.#free;
    const length = value.isWellFormed() ? this.#bytes.write(value, offset) : bytesOf(value).copy(this.#bytes, offset);
    this.#free += aligned(length + 1);
    return this.#base + BigInt(offset);
  }

  #store(data: Uint8Array): bigint {
    const offset = this.#free;
    this.#bytes.set(data, offset);
    this.#free += aligned(data.length);
    return this.#base + BigInt(offset);
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
