import { exitGroup, getppid } from '../calls/index.js';
import { DIE_WITH_TSLAB } from '../child-setup.js';
import { publish } from '../recorder.js';
import { type CallRecord, housekeeping, type Syscall } from '../syscall.js';
import { type ExitStatus, exitOf } from '../wait.js';
import { ListRun } from './list-run.js';

/** Where a list stopped. */
export interface Stop {
  /** Which of its calls failed. */
  readonly at: number;
  readonly record: CallRecord;
}

/**
 * Runs a list in a child while JavaScript goes on: the child shares our memory, and no descriptor, directory or mask. It starts no program.
 * `namespaces` are new ones of its own. Resolves when it has ended: to undefined where all calls were made, else to where it stopped. Until
 * then what the calls refer to must not change.
 */
export async function runBeside(calls: readonly Syscall[], namespaces = 0): Promise<Stop | undefined> {
  const list = new ListRun([...ofLivingParent(), ...calls, END]);
  const status = await exitOf(list.clone(namespaces));
  list.copyOut();
  publish(() => list.records());
  const record = list.failure();
  if (record === undefined) return undefined;
  if (record.result === undefined) throw new Error(endedAt(record, status));
  return { at: calls.indexOf(record.call), record };
}

const END = housekeeping(exitGroup(0));

/**
 * PR_SET_PDEATHSIG does not help where tslab died before the child set it: then its parent is another process. Without that a list
 * would go on writing while another tslab removes what this one has left.
 */
function ofLivingParent(): Syscall[] {
  const own = BigInt(process.pid);
  return [DIE_WITH_TSLAB, housekeeping({ ...getppid(), min: own, max: own })];
}

function endedAt(record: CallRecord, status: ExitStatus): string {
  const how = status.signal ? `was killed by ${status.signal}` : `ended with status ${status.status}`;
  return `the process ${how} during ${record.text}`;
}
