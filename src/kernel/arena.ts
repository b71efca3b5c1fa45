import { libc } from './libc.js';
import { syscallNumber } from './numbers.js';
import { ENTRY_ARGUMENTS, ENTRY_MAX, ENTRY_MIN, ENTRY_RESULT, ENTRY_SIZE } from './stub.js';
import type { Argument, Syscall } from './syscall.js';

/** The result word of a call that was not made, or that did not return: execve, exit_group. */
const NO_RESULT = -(2n ** 63n);
const CELLS_SIZE = 6 * 8;
/** The stub uses no stack; libc's clone() puts two words on it before the stub runs. */
const STACK_SIZE = 256;
const MAX_CALLS = 10_000;
const MAX_SIZE = 16 * 1024 * 1024;

/**
 * A list of calls as the stub reads it: the table, a cell for each constant argument, then what the arguments point to.
 * It must stay referenced until the child has executed its program or died.
 */
export class Arena {
  readonly #memory: Uint8Array;
  /** The same memory as 64-bit words. */
  readonly #words: BigInt64Array;
  readonly #base: bigint;
  readonly #calls: readonly Syscall[];
  readonly #copies: { to: Uint8Array; offset: number }[] = [];
  #free: number;

  constructor(calls: readonly Syscall[]) {
    this.#calls = calls;
    this.#memory = new Uint8Array(new ArrayBuffer(arenaSize(calls)));
    this.#words = new BigInt64Array(this.#memory.buffer);
    this.#base = libc().address(this.#memory);
    this.#free = calls.length * (ENTRY_SIZE + CELLS_SIZE);
    const index = new Map<Syscall, number>();
    calls.forEach((call, i) => {
      this.#encode(call, i, index);
      index.set(call, i);
    });
  }

  get table(): bigint {
    return this.#base;
  }

  /** End of the child's stack, aligned to 16 bytes as both architectures want it. */
  get stackTop(): bigint {
    return (this.#base + BigInt(this.#memory.length)) & ~15n;
  }

  /** What the kernel returned for call `i`; undefined where the call was not made or did not return. */
  result(i: number): bigint | undefined {
    const value = this.#words[(i * ENTRY_SIZE + ENTRY_RESULT) / 8] as bigint;
    return value === NO_RESULT ? undefined : value;
  }

  /** The six registers of call `i`, forwarded results included. */
  registers(i: number): bigint[] {
    return Array.from({ length: 6 }, (_, n) => {
      const address = this.#words[(i * ENTRY_SIZE + ENTRY_ARGUMENTS) / 8 + n] as bigint;
      return this.#words[Number(address - this.#base) / 8] as bigint;
    });
  }

  /** Copies what the kernel wrote into buffers back to where the caller looks for it. */
  copyOut(): void {
    for (const { to, offset } of this.#copies) to.set(this.#memory.subarray(offset, offset + to.length));
  }

  #encode(call: Syscall, i: number, index: Map<Syscall, number>): void {
    const entry = i * ENTRY_SIZE;
    this.#put(entry, BigInt(syscallNumber(call.name)));
    this.#put(entry + ENTRY_MIN, call.min);
    this.#put(entry + ENTRY_MAX, call.max);
    this.#put(entry + ENTRY_RESULT, NO_RESULT);
    for (let n = 0; n < 6; n++) {
      const address = this.#argument(call, i, n, index);
      this.#put(entry + ENTRY_ARGUMENTS + n * 8, this.#base + BigInt(address));
    }
  }

  /** Offset of the word that holds an argument: a cell of its own, or an earlier call's result. */
  #argument(call: Syscall, i: number, n: number, index: Map<Syscall, number>): number {
    const argument = call.args[n];
    if (argument?.kind === 'result') {
      const earlier = index.get(argument.of);
      if (earlier === undefined) {
        throw new RangeError(`${call.name} uses the result of ${argument.of.name}, which is not earlier in the list`);
      }
      return earlier * ENTRY_SIZE + ENTRY_RESULT;
    }
    const cell = this.#calls.length * ENTRY_SIZE + i * CELLS_SIZE + n * 8;
    this.#put(cell, argument ? this.#value(argument) : 0n);
    return cell;
  }

  #put(offset: number, word: bigint): void {
    this.#words[offset / 8] = word;
  }

  #value(argument: Exclude<Argument, { kind: 'result' }>): bigint {
    switch (argument.kind) {
      case 'integer':
        return argument.value;
      case 'string':
        return argument.value === null ? 0n : this.#store(cString(argument.value));
      case 'strings':
        return this.#pointers(argument.value.map((one) => this.#store(cString(one))));
      case 'bytes': {
        const address = this.#store(argument.value);
        if (argument.out) this.#copies.push({ to: argument.value, offset: Number(address - this.#base) });
        return address;
      }
    }
  }

  #pointers(addresses: readonly bigint[]): bigint {
    return this.#store(new Uint8Array(new BigInt64Array([...addresses, 0n]).buffer));
  }

  #store(data: Uint8Array): bigint {
    const offset = this.#free;
    this.#memory.set(data, offset);
    this.#free += aligned(data.length);
    return this.#base + BigInt(offset);
  }
}

function arenaSize(calls: readonly Syscall[]): number {
  if (calls.length > MAX_CALLS)
    throw new RangeError(`a list holds at most ${MAX_CALLS} calls, and this one has ${calls.length}`);
  const pointedTo = calls.reduce((sum, call) => sum + call.args.reduce((part, arg) => part + argumentSize(arg), 0), 0);
  const size = calls.length * (ENTRY_SIZE + CELLS_SIZE) + pointedTo + STACK_SIZE;
  if (size > MAX_SIZE) throw new RangeError(`a list's arguments may take ${MAX_SIZE} bytes, and these take ${size}`);
  return size;
}

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
  return aligned(Buffer.byteLength(value) + 1);
}

function cString(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function aligned(size: number): number {
  return (size + 7) & ~7;
}
