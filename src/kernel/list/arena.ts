import { ENTRY_RESULT, ENTRY_SIZE } from '../machine-code/stub.js';
import type { Syscall } from '../syscall.js';
import { Layout, Memory, NO_RESULT, sizeOf } from './encode.js';

/** The stub uses no stack; libc's clone() puts two words on it before the stub runs. */
const STACK_SIZE = 256;
const MAX_CALLS = 10_000;

/**
 * A list of calls as the stub reads it, in one piece of memory: the table of entries, the child's stack, and what the entries point to.
 * It must stay referenced until the child has executed its program or died, and so must the calls: long data is read where it is.
 */
export class Arena {
  readonly #memory: Memory;
  readonly #layout: Layout;
  readonly #stackTop: number;

  constructor(calls: readonly Syscall[]) {
    if (calls.length > MAX_CALLS) {
      throw new RangeError(`a list holds at most ${MAX_CALLS} calls, and this one has ${calls.length}`);
    }
    this.#stackTop = calls.length * ENTRY_SIZE + STACK_SIZE;
    this.#memory = new Memory(this.#stackTop + sizeOf(calls));
    this.#layout = new Layout(this.#memory, this.#stackTop);
    for (const [i, call] of calls.entries()) this.#layout.write(call, i * ENTRY_SIZE);
  }

  get table(): bigint {
    return BigInt(this.#memory.address);
  }

  /** End of the child's stack, aligned to 16 bytes as both architectures want it. */
  get stackTop(): bigint {
    return BigInt(this.#memory.address + this.#stackTop) & ~15n;
  }

  /** The result of call `i`; undefined where the call was not made or did not return. */
  result(i: number): bigint | undefined {
    const value = this.#memory.words[(i * ENTRY_SIZE + ENTRY_RESULT) / 8] as bigint;
    return value === NO_RESULT ? undefined : value;
  }

  /** Copies what the kernel wrote into buffers back into those of the caller. */
  copyOut(): void {
    this.#layout.copyOut();
  }
}
