import type { Telling } from '../../../src/lab/definition.js';
import type { LabEvent } from '../../../src/lab/events.js';

/** Passes on what is told, and keeps the calls that tslab makes for the child: clone(2), and files that its pid is written to. */
export async function* noteOwnCalls<T>(telling: Telling<T>, calls: string[]): Telling<T> {
  for (;;) {
    const { done, value } = await telling.next();
    if (done) return value;
    if (isOwnCall(value)) calls.push(value.text);
    yield value;
  }
}

function isOwnCall(event: LabEvent): event is Extract<LabEvent, { type: 'syscall' }> {
  if (event.type !== 'syscall' || event.by !== 'tslab') return false;
  return event.name === 'clone' || event.name === 'openat' || event.name === 'write';
}
