import { libc } from '../libc.js';
import { ENTRY_ARGUMENTS, ENTRY_RESULT, ENTRY_SIZE } from '../machine-code/stub.js';
import type { Syscall } from '../syscall.js';
import { type EncodedCall, encode, MAX_SIZE, NO_RESULT, tooLarge } from './encode.js';

/** The stub uses no stack; libc's clone() puts two words on it before the stub runs. */
const STACK_SIZE = 256;
const MAX_CALLS = 10_000;

/**
 * A list of calls as the stub reads it: the table of entries, and behind it the child's stack.
 * It must stay referenced until the child has executed its program or died, and it keeps what the entries point to.
 */
export class Arena {
  readonly #memory: Uint8Array;
  /** The same memory as 64-bit words. */
  readonly #words: BigInt64Array;
  readonly #base: bigint;
  readonly #encoded: readonly EncodedCall[];

  constructor(calls: readonly Syscall[]) {
    if (calls.length > MAX_CALLS) {
      throw new RangeError(`a list holds at most ${MAX_CALLS} calls, and this one has ${calls.length}`);
    }
    this.#encoded = calls.map(encode);
    const size = this.#encoded.reduce((sum, { size }) => sum + size, 0);
    if (size > MAX_SIZE) throw tooLarge(size);
    this.#memory = new Uint8Array(new ArrayBuffer(calls.length * ENTRY_SIZE + STACK_SIZE));
    this.#words = new BigInt64Array(this.#memory.buffer);
    this.#base = libc().address(this.#memory);
    this.#encoded.forEach(({ memory, at }, i) => {
      memory.bytes.copy(this.#memory, i * ENTRY_SIZE, at, at + ENTRY_SIZE);
    });
    this.#forward(calls);
  }

  get table(): bigint {
    return this.#base;
  }

  /** End of the child's stack, aligned to 16 bytes as both architectures want it. */
  get stackTop(): bigint {
    return (this.#base + BigInt(this.#memory.length)) & ~15n;
  }

  /** The result of call `i`; undefined where the call was not made or did not return. */
  result(i: number): bigint | undefined {
    const value = this.#words[(i * ENTRY_SIZE + ENTRY_RESULT) / 8] as bigint;
    return value === NO_RESULT ? undefined : value;
  }

  /** Copies what the kernel wrote into buffers back into those of the caller. */
  copyOut(): void {
    for (const encoded of this.#encoded) encoded.copyOut();
  }

  /** Where an argument is the result of an earlier call, its address is that of the call's result word. */
  #forward(calls: readonly Syscall[]): void {
    this.#encoded.forEach(({ forwarded }, i) => {
      for (const [n, of] of forwarded) {
        const earlier = calls.lastIndexOf(of, i - 1);
        if (i === 0 || earlier === -1) throw notEarlier(calls[i] as Syscall, of);
        const address = this.#base + BigInt(earlier * ENTRY_SIZE + ENTRY_RESULT);
        this.#words[(i * ENTRY_SIZE + ENTRY_ARGUMENTS) / 8 + n] = address;
      }
    });
  }
}

function notEarlier(call: Syscall, of: Syscall): RangeError {
  return new RangeError(`${call.name} uses the result of ${of.name}, which is not earlier in the list`);
}
