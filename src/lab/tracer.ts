import { onCall } from '../kernel/recorder.js';
import { recordErrno } from '../kernel/render.js';
import type { CallRecord } from '../kernel/syscall.js';
import type { SyscallMade } from './events.js';

/** What came of some work: the calls that it made, and its result or error when `outcome()` is asked for it. */
export interface Traced<T> {
  readonly records: readonly CallRecord[];
  outcome(): T;
}

/** Listens at the door to the kernel while a lab works. */
export class Tracer {
  #ofThisStep: CallRecord[] = [];

  beginStep(): void {
    this.#ofThisStep = [];
  }

  async during<T>(work: () => T | Promise<T>): Promise<Traced<T>> {
    const records: CallRecord[] = [];
    const stop = onCall((record) => records.push(record));
    let outcome: () => T;
    try {
      const value = await work();
      outcome = () => value;
    } catch (error) {
      outcome = () => {
        throw error;
      };
    }
    stop();
    this.#ofThisStep.push(...records);
    return { records, outcome };
  }

  /**
   * The call of this name in this step that made the difference to what is at `path`, as it was made: the one after `path`
   * was opened, where it was; else the last. Only successful ones count, and none that
   * only tidies up; undefined where there was none.
   */
  lastCallOf(name: string, path: string): string | undefined {
    const made = this.#ofThisStep.filter(({ call, result }) => !call.housekeeping && !(result && result < 0n));
    const opened = made.findLastIndex(({ call, args }) => call.name === 'openat' && args.includes(path));
    const isIt = ({ call }: CallRecord) => call.name === name;
    const after = opened === -1 ? undefined : made.slice(opened).find(isIt);
    return (after ?? made.findLast(isIt))?.text;
  }
}

/** A record as an event. */
export function syscallMade(step: string, record: CallRecord): SyscallMade {
  const { call, by, result, text, args } = record;
  const errno = recordErrno(record);
  return {
    type: 'syscall',
    step,
    by,
    name: call.name,
    args,
    ...(result === undefined ? {} : { result: Number(result) }),
    ...(errno === undefined ? {} : { errno }),
    text,
    ...(call.housekeeping ? { housekeeping: true as const } : {}),
  };
}
