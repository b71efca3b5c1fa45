import { onCall } from '../kernel/recorder.js';
import { recordErrno } from '../kernel/render.js';
import type { CallRecord } from '../kernel/syscall.js';
import type { SyscallMade } from './events.js';

/** What came of some work: the calls that it made, and its result or error when `outcome()` is asked for it. */
export interface Traced<T> {
  readonly records: readonly CallRecord[];
  outcome(): T;
}

/** Does some work and listens at the door to the kernel meanwhile. */
export async function during<T>(work: () => T | Promise<T>): Promise<Traced<T>> {
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
  return { records, outcome };
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
    ...(errno !== undefined && (result ?? 0n) >= call.min ? { expected: true as const } : {}),
    ...(call.housekeeping ? { housekeeping: true as const } : {}),
  };
}
