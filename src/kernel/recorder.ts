import { jsonArguments, renderCall } from './render.js';
import type { Answer, CallRecord, RefusedRequest, Syscall } from './syscall.js';

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
  const result = resultOf(call);
  const text = renderCall(call, resultOf);
  return { call, by, result, text, args: jsonArguments(call, resultOf), refused: refusedRequest(call, resultOf) };
}

function refusedRequest(call: Syscall, resultOf: (call: Syscall) => bigint | undefined): RefusedRequest | undefined {
  const refusal = (resultOf(call) ?? -1n) > 0n ? call.answer?.refusal() : undefined;
  return refusal && { ...refusal, request: renderCall((call.answer as Answer).to, resultOf) };
}
