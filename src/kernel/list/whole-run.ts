import type { CallRecord } from '../syscall.js';
import type { ListRun } from './list-run.js';
import type { SealedList } from './sealed-list.js';

/** The results of a child's list: of its calls in our memory, then of those in memory of its own. */
export class WholeRun {
  readonly #list: ListRun;
  readonly #sealed: SealedList | undefined;

  constructor(list: ListRun, sealed: SealedList | undefined) {
    list.copyOut();
    this.#list = list;
    this.#sealed = list.failure() ? undefined : sealed;
  }

  /** The calls that were reached, in order. */
  records(): CallRecord[] {
    return [...this.#list.records(), ...(this.#sealed?.records() ?? [])];
  }

  /** The call at which the list stopped before its end, or undefined where it got to its program. */
  failure(): CallRecord | undefined {
    return this.#list.failure() ?? this.#sealed?.failure();
  }

  /** Results of the clone() calls inside the list: pids as the caller of each saw them. */
  clonedPids(): number[] {
    return [...this.#list.clonedPids(), ...(this.#sealed?.clonedPids() ?? [])];
  }
}
