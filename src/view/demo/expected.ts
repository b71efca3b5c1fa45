import type { LabEvent, LabStarted } from '../../lab/events.js';
import { arrange } from '../run/index.js';
import type { CallRow, FoldedCalls } from '../run/items.js';

/** The calls of a step, before they are made: as a recorded run made them. */
export type ExpectedCalls = readonly (CallRow | FoldedCalls)[];

/** The calls of each step of a recorded run, by the step's id. What only tidies up is left out, and so is what cannot be known before. */
export async function callsOfSteps(events: readonly LabEvent[]): Promise<Map<string, ExpectedCalls>> {
  const calls = new Map<string, ExpectedCalls>();
  let step = '';
  for await (const item of arrange(events)) {
    if (item.type === 'step') step = item.id;
    const isCall = item.type === 'syscall' && !item.housekeeping;
    const isCount = item.type === 'folded' && item.repeated.length > 0;
    if (isCall) calls.set(step, [...(calls.get(step) ?? []), withoutNumbers(item)]);
    else if (isCount) calls.set(step, [...(calls.get(step) ?? []), { ...item, housekeeping: [] }]);
  }
  return calls;
}

// The recording numbers pids from 4001 on; a descriptor is another machine's.
const PID = /(?<![\w.])4[0-9]{3}(?![\w.])/g;
const DESCRIPTOR = /^(setns|fchdir|read|write|close|pidfd_send_signal)\(\d+(?=[,)])/;

/** The call with names in place of what each run draws anew: `kill(PID, SIGKILL)`. */
function withoutNumbers(call: CallRow): CallRow {
  return { ...call, text: (call.whole ?? call.text).replace(DESCRIPTOR, '$1(FD').replace(PID, 'PID') };
}

/** Whether a machine would make these calls as the recorded one did: as root alike, and with the same control groups where they matter. */
export function holdsHere(calls: ExpectedCalls, recorded: LabStarted, here: LabStarted): boolean {
  if (recorded.root !== here.root) return false;
  return recorded.cgroup === here.cgroup || !calls.some(touchesCgroups);
}

function touchesCgroups(call: CallRow | FoldedCalls): boolean {
  if (call.type === 'folded') return call.repeated.some(touchesCgroups);
  return /\/sys\/fs\/cgroup|CLONE_NEWCGROUP|cgroup2?"/.test(call.text);
}
