import { bytesOf } from './file-names.js';
import { libc } from './libc.js';
import { syscallNumber } from './numbers.js';
import { ENTRY_ARGUMENTS, ENTRY_MAX, ENTRY_MIN, ENTRY_RESULT, ENTRY_SIZE } from './stub.js';
import type { Argument, Syscall } from './syscall.js';

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
  const size = call.args.reduce((sum, argument) => sum + argumentSize(argument), REGISTERS * 8);
  if (size > MAX_SIZE) throw tooLarge(size);
  const memory = new Memory(size);
  const registers = new BigInt64Array(memory.bytes.buffer, 0, REGISTERS);
  call.args.forEach((argument, n) => {
    registers[n] = memory.value(argument);
  });
  const forwarded = call.args.flatMap((argument, n) => (argument.kind === 'result' ? [[n, argument.of] as const] : []));
  return { entry: entryOf(call, memory), registers, forwarded, size, copyOut: () => memory.copyOut() };
}

export function tooLarge(size: number): RangeError {
  return new RangeError(`a list's arguments may take ${MAX_SIZE} bytes, and these take ${size}`);
}

function entryOf(call: Syscall, memory: Memory): BigInt64Array {
  const entry = new BigInt64Array(ENTRY_SIZE / 8);
  entry[0] = BigInt(syscallNumber(call.name));
  entry[ENTRY_MIN / 8] = call.min;
  entry[ENTRY_MAX / 8] = call.max;
  entry[ENTRY_RESULT / 8] = NO_RESULT;
  for (let n = 0; n < REGISTERS; n++) {
    const forwarded = call.args[n]?.kind === 'result';
    entry[ENTRY_ARGUMENTS / 8 + n] = forwarded ? 0n : memory.base + BigInt(n * 8);
  }
  return entry;
}

/** The six registers of a call, then what they point to. */
class Memory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly base: bigint;
  readonly #out: { to: Uint8Array; offset: number }[] = [];
  #free = REGISTERS * 8;

  constructor(size: number) {
    // An ArrayBuffer of its own lies outside V8's heap and never moves; small typed arrays would lie within.
    this.bytes = new Uint8Array(new ArrayBuffer(size));
    this.base = libc().address(this.bytes);
  }

  /** What goes into the register for an argument. */
  value(argument: Argument): bigint {
    switch (argument.kind) {
      case 'integer':
        return argument.value;
      case 'result':
        return 0n;
      case 'string':
        return argument.value === null ? 0n : this.#store(cString(argument.value));
      case 'strings':
        return this.#pointers(argument.value.map((one) => this.#store(cString(one))));
      case 'bytes':
        if (argument.out) this.#out.push({ to: argument.value, offset: this.#free });
        return this.#store(argument.value);
    }
  }

  copyOut(): void {
    for (const { to, offset } of this.#out) to.set(this.bytes.subarray(offset, offset + to.length));
  }

  #pointers(addresses: readonly bigint[]): bigint {
    return this.#store(new Uint8Array(new BigInt64Array([...addresses, 0n]).buffer));
  }

  #store(data: Uint8Array): bigint {
    const offset = this.#free;
    this.bytes.set(data, offset);
    this.#free += aligned(data.length);
    return this.base + BigInt(offset);
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

function cString(value: string): Buffer {
  return bytesOf(`${value}\0`);
}

function aligned(size: number): number {
  return (size + 7) & ~7;
}
