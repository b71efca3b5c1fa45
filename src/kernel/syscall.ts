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
  /** Of a call that receives what the kernel answers to an earlier one. */
  readonly answer?: Answer;
  /** From this call on the process may not write: a filter refuses that (list/sealed-list.ts). */
  readonly silences?: boolean;
}

/**
 * netlink(7) tells whether it did what a message asked for in a message of its own: the call that receives it succeeds either way, and its
 * result is a length. In a list the smallest and the largest result are therefore the length of an answer without a refusal.
 */
export interface Answer {
  /** The call that sent the request. */
  readonly to: Syscall;
  /** Reads the buffer of the call; undefined where the kernel did what it was asked for. */
  readonly refusal: () => Refusal | undefined;
}

/** Why the kernel refused a request, in an answer. */
export interface Refusal {
  /** Positive. */
  readonly errno: number;
  /** The kernel's own sentence, where it has one (NETLINK_EXT_ACK). */
  readonly sentence?: string | undefined;
}

export type Argument =
  /** A number as it goes into the register; `text` is how a person would write it (`MS_REC|MS_PRIVATE`). */
  | { readonly kind: 'integer'; readonly value: bigint; readonly text?: string }
  /** A C string; null is NULL. */
  | { readonly kind: 'string'; readonly value: string | null }
  /** An array of C strings that ends with NULL: argv, envp. `text` stands for it in the trace. */
  | { readonly kind: 'strings'; readonly value: readonly string[]; readonly text?: string }
  /** A struct or a buffer. It is copied into the arena; a buffer that the kernel fills is copied back (`out`), and may describe itself then. */
  | {
      readonly kind: 'bytes';
      readonly value: Uint8Array;
      readonly text: string;
      readonly out?: boolean;
      readonly describe?: (value: Uint8Array) => string;
    }
  /** A struct that holds pointers: words of 64 bits, of which bytes stand for a pointer to them. */
  | { readonly kind: 'struct'; readonly words: readonly (bigint | Uint8Array)[]; readonly text: string }
  /** The result of an earlier call of the same list, such as the descriptor that `open` gave. */
  | { readonly kind: 'result'; readonly of: Syscall };

/** What a constructor takes where the kernel takes a descriptor: a number, or the earlier call that will return it. */
export type Descriptor = number | Syscall;

/** The smallest 64-bit integer: every result is a success. */
const ANY_RESULT = -(2n ** 63n);
/** The largest 64-bit integer: no result ends the list early. */
export const NO_LIMIT = 2n ** 63n - 1n;

/**
 * The descriptor that open(2) returns first in a sealed program (list/sealed-list.ts): it has 0 to 2, and a pipe whose number is higher, since
 * node has this one itself, and the next.
 */
export const FIRST_FREE = 3;
export const SECOND_FREE = 4;

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
  /** The request was refused, by the answer that this call received. */
  readonly refused?: RefusedRequest | undefined;
}

export interface RefusedRequest extends Refusal {
  /** The call that sent it, as C would have it. */
  readonly request: string;
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
