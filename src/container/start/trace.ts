import { onCall } from '../../kernel/recorder.js';
import type { SyscallMade } from '../../lab/events.js';
import { syscallMade } from '../../lab/tracer.js';

/** Takes the system calls that were made. */
export type OnCalls = (calls: readonly SyscallMade[]) => void;

/**
 * Does some work, then hands over the system calls that it made, in this process and in children up to their programs; also
 * where it throws. With nobody to take them, none is recorded.
 */
export function traced<T>(work: () => T, onCalls: OnCalls | undefined): T {
  if (!onCalls) return work();
  const calls: SyscallMade[] = [];
  const stop = onCall((record) => calls.push(syscallMade('run', record)));
  try {
    return work();
  } finally {
    stop();
    onCalls(calls);
  }
}
