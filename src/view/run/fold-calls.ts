import type { CallRow, FoldedCalls, Items } from './items.js';
import { hasFailed } from './sentences.js';

const SHORTEST_RUN = 2;

/** Of what an earlier lab taught, and this one has not called yet. */
const SHORTEST_TAUGHT = 3;

/**
 * Counts what a reader has seen instead of showing it again: a container is built anew in every step, and what is new there is
 * the lesson, and so is what an earlier lab taught. Calls that only tidy up are counted once. A call that failed is always shown.
 */
export async function* foldCalls(items: Items): Items {
  let run: CallRow[] = [];
  let hasTidied = false;
  for await (const item of items) {
    const folds = item.type === 'syscall' && isFoldable(item);
    if (folds && hasTidied && item.housekeeping) continue;
    if (folds && (run[0] === undefined || goTogether(run[0], item))) {
      run.push(item);
      continue;
    }
    yield* told(run);
    hasTidied ||= run.some(({ housekeeping }) => housekeeping);
    run = folds ? [item] : [];
    if (!folds) yield item;
  }
}

/** `clone` and `execve` stand for the process and its program; what tslab does itself is shown as it does it. */
function isFoldable(call: CallRow): boolean {
  if (call.housekeeping) return !hasFailed(call);
  const isTold = call.novelty === 'known' || call.taught !== undefined;
  return call.by === 'child' && isTold && !hasFailed(call) && call.name !== 'clone' && call.result !== undefined;
}

/** What is new goes with the other calls of the same function only. */
function goTogether(first: CallRow, call: CallRow): boolean {
  const functions = [first, call].map(({ novelty, taught }) => (novelty === 'new' ? taught?.by : undefined));
  return first.by === call.by && functions[0] === functions[1];
}

/** One line for a run; rows where there are too few for one. */
function told(run: readonly CallRow[]): (CallRow | FoldedCalls)[] {
  const repeated = run.filter((call) => !call.housekeeping);
  const housekeeping = run.filter((call) => call.housekeeping);
  const by = run[0]?.by ?? 'child';
  const shortest = repeated[0]?.novelty === 'new' ? SHORTEST_TAUGHT : SHORTEST_RUN;
  if (repeated.length >= shortest) return [{ type: 'folded', by, repeated, housekeeping }];
  return housekeeping.length > 0 ? [...repeated, { type: 'folded', by, repeated: [], housekeeping }] : repeated;
}
