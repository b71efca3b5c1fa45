import { jsonArguments, renderCall } from './render.js';
import type { CallRecord, Syscall } from './syscall.js';

type Listener = (record: CallRecord) => void;

const listeners = new Set<Listener>();

/** Calls `listener` for every call that is recorded from now on. Returns the function that ends this. */
export function onCall(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the listeners of calls that were made. The records are only built where somebody listens. */
export function publish(records: () => readonly CallRecord[]): void {
  if (listeners.size === 0) return;
  for (const record of records()) for (const listener of listeners) listener(record);
}

/** A call with its result, and the results of the calls before it that it refers to. */
export function makeRecord(
  call: Syscall,
  by: CallRecord['by'],
  resultOf: (call: Syscall) => bigint | undefined,
): CallRecord {
  const text = renderCall(call, resultOf);
  return { call, by, result: resultOf(call), text, args: jsonArguments(call, resultOf) };
}
