import { named, syscall } from '../arguments.js';
import { callUntraced } from '../call.js';
import { pidBornBeforeGate, refuseTimeNamespace, rtSigprocmask } from '../calls/index.js';
import { CLONE_FLAGS, CLONE_VM, flagNames, SIG_SETMASK, SIGCHLD } from '../constants.js';
import { SyscallError } from '../errors/syscall-error.js';
import { libc } from '../libc.js';
import { makeRecord, publish } from '../recorder.js';
import type { CallRecord, Syscall } from '../syscall.js';
import { Arena } from './arena.js';

const BLOCK_ALL_SIGNALS = rtSigprocmask(SIG_SETMASK, 0xffff_ffff_ffff_ffffn);
const UNBLOCK_ALL_SIGNALS = rtSigprocmask(SIG_SETMASK, 0n);

/** These do not return when they succeed. */
export const LEAVES_THE_LIST: ReadonlySet<string> = new Set(['execve', 'execveat', 'exit_group']);

/** A list that a child runs: its arena, and the result of each call. */
export class ListRun {
  readonly #arena: Arena;
  readonly #calls: readonly Syscall[];

  constructor(calls: readonly Syscall[]) {
    this.#calls = calls;
    this.#arena = new Arena(calls);
  }

  /**
   * clone(2): a child that shares our memory (CLONE_VM) runs the list. Returns its pid.
   *
   * All signals are blocked meanwhile, so that none runs libuv's handlers in the child; the list itself unblocks
   * them right before execve. Throws {@link SyscallError} where the kernel refuses, RangeError for CLONE_NEWTIME.
   */
  clone(namespaces: number): number {
    refuseTimeNamespace(namespaces);
    const flags = namespaces | CLONE_VM | SIGCHLD;
    callUntraced(BLOCK_ALL_SIGNALS);
    const pid = libc().clone(this.#arena.stackTop, flags, this.#arena.table);
    callUntraced(UNBLOCK_ALL_SIGNALS);
    publish(() => [cloneRecord(flags, pid)]);
    if (pid < 0) throw new SyscallError(cloneRecord(flags, pid));
    return pid;
  }

  /** The calls that were reached, in order. The last may have no result: it did not return. */
  records(): CallRecord[] {
    return this.#calls.slice(0, this.#reached()).map((call) => makeRecord(call, 'child', (one) => this.#resultOf(one)));
  }

  /** The call at which the list stopped before its end, or undefined where it got to its last. */
  failure(): CallRecord | undefined {
    const last = this.#calls[this.#reached() - 1] as Syscall;
    const result = this.#resultOf(last);
    const leftTheList = result === undefined && LEAVES_THE_LIST.has(last.name);
    return leftTheList ? undefined : makeRecord(last, 'child', (one) => this.#resultOf(one));
  }

  /** Results of the clone() calls inside the list: pids as the caller of each saw them. */
  clonedPids(): number[] {
    const clones = this.#calls.filter((call) => call.name === 'clone');
    return clones.map((call) => Number(this.#resultOf(call) ?? 0n)).filter((pid) => pid > 0);
  }

  /** The pid of a child that was born inside the list and waits at the gate, as the caller of its clone() sees it. */
  pidAtGate(): number | undefined {
    this.copyOut();
    return this.#calls.map(pidBornBeforeGate).find((pid) => pid !== undefined);
  }

  /** Copies what the kernel wrote into the child's buffers to the caller's. */
  copyOut(): void {
    this.#arena.copyOut();
  }

  #resultOf(call: Syscall): bigint | undefined {
    return this.#arena.result(this.#calls.indexOf(call));
  }

  /** How many calls were begun: all up to the first that failed, received a refusal that ends the list, or did not return. */
  #reached(): number {
    const stopped = this.#calls.findIndex((call, i) => {
      const result = this.#arena.result(i);
      if (result === undefined || result < call.min) return true;
      // As the stub: a refusal is longer than any other answer. What goes on behind one has it in the trace.
      return call.answer !== undefined && result > call.max;
    });
    return stopped === -1 ? this.#calls.length : stopped + 1;
  }
}

function cloneRecord(flags: number, pid: number): CallRecord {
  const text = `${flagNames(CLONE_FLAGS, flags & ~0xff)}|SIGCHLD`;
  return makeRecord(syscall('clone', named(text, flags)), 'tslab', () => BigInt(pid));
}
