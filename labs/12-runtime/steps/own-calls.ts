import type { LabEvent } from '../../../src/lab/events.js';

/** Calls that tslab makes for the child: clone(2), and files that its pid is written to. */
export function isOwnCall(event: LabEvent): event is Extract<LabEvent, { type: 'syscall' }> {
  if (event.type !== 'syscall' || event.by !== 'tslab') return false;
  return event.name === 'clone' || event.name === 'openat' || event.name === 'write';
}
