import type { SyscallName } from './numbers.js';

/**
 * One system call, as data: what will be called, with which arguments, and which results count as success.
 *
 * Nothing happens when one is made. `call()` makes it in this process, `start()` makes a list of them in a new one.
 */
export interface Syscall {
  readonly name: SyscallName;
  /** At most six, in the order of the man page. */
  readonly args: readonly Argument[];
  /** The smallest result that counts as success. 0 for most calls; {@link ANY_RESULT} for a call that may fail. */
  readonly min: bigint;
  /** A larger result ends the list with exit status 0: so the parent of a `clone()` inside a list leaves it. */
  readonly max: bigint;
  /** Calls that only clean up (signals, descriptors): views fold them into one line. */
  readonly housekeeping?: boolean;
}

export type Argument =
  /** A number as it goes into the register; `text` is how a person would write it (`MS_REC|MS_PRIVATE`). */
  | { readonly kind: 'integer'; readonly value: bigint; readonly text?: string }
  /** A C string; null is NULL. */
  | { readonly kind: 'string'; readonly value: string | null }
  /** An array of C strings that ends with NULL: argv, envp. `text` stands for it in the trace. */
  | { readonly kind: 'strings'; readonly value: readonly string[]; readonly text?: string }
  /** A struct or a buffer. It is copied into the arena; a buffer that the kernel fills is copied back (`out`). */
  | { readonly kind: 'bytes'; readonly value: Uint8Array; readonly text: string; readonly out?: boolean }
  /** The result of an earlier call of the same list, such as the descriptor that `open` gave. */
  | { readonly kind: 'result'; readonly of: Syscall };

/** What a constructor takes where the kernel takes a descriptor: a number, or the earlier call that will return it. */
export type Descriptor = number | Syscall;

/** The smallest 64-bit integer: every result is a success. */
const ANY_RESULT = -(2n ** 63n);
/** The largest 64-bit integer: no result ends the list early. */
export const NO_LIMIT = 2n ** 63n - 1n;

/** A call that was made, and what the kernel said. */
export interface CallRecord {
  readonly call: Syscall;
  /** `tslab` is this process, `child` a process that it started. */
  readonly by: 'tslab' | 'child';
  /** The kernel's own result: negative is an errno. Undefined where `execve` or `exit_group` did not return. */
  readonly result: bigint | undefined;
  /** The call as C would have it, forwarded results filled in. */
  readonly text: string;
  /** The arguments for `--json`. */
  readonly args: (string | number | null)[];
}

/**
 * The same call, allowed to fail with ENOENT: the list goes on. It also goes on after EPERM, the only errno with a smaller
 * number; any other stops it.
 */
export function mayBeMissing(call: Syscall): Syscall {
  return { ...call, min: -2n };
}

/** The same call, allowed to fail: the list goes on and the trace shows the errno. */
export function mayFail(call: Syscall): Syscall {
  return { ...call, min: ANY_RESULT };
}

/** The same call, marked as housekeeping. */
export function housekeeping(call: Syscall): Syscall {
  return { ...call, housekeeping: true };
}
