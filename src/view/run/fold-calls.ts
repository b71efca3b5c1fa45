import type { CallRow, FoldedCalls, Items } from './items.js';
import { hasFailed } from './sentences.js';

const SHORTEST_RUN = 3;

/**
 * Counts what a reader has seen instead of showing it again: a container is built anew in every step, and what is new there is
 * the lesson. Calls that only tidy up are counted too. A call that failed is always shown.
 */
export async function* foldCalls(items: Items): Items {
  let run: CallRow[] = [];
  for await (const item of items) {
    const folds = item.type === 'syscall' && isFoldable(item);
    if (folds && (run.length === 0 || run[0]?.by === item.by)) {
      run.push(item);
      continue;
    }
    yield* told(run);
    run = folds ? [item] : [];
    if (!folds) yield item;
  }
}

/** `clone` and `execve` stand for the process and its program; what tslab does itself is shown as it does it. */
function isFoldable(call: CallRow): boolean {
  if (call.housekeeping) return !hasFailed(call);
  return call.by === 'child' && call.novelty === 'known' && call.name !== 'clone' && call.result !== undefined;
}

/** One line for a run; rows where there are too few for one. */
function told(run: readonly CallRow[]): (CallRow | FoldedCalls)[] {
  const repeated = run.filter((call) => !call.housekeeping);
  const housekeeping = run.filter((call) => call.housekeeping);
  const by = run[0]?.by ?? 'child';
  if (repeated.length >= SHORTEST_RUN) return [{ type: 'folded', by, repeated, housekeeping }];
  return housekeeping.length > 0 ? [...repeated, { type: 'folded', by, repeated: [], housekeeping }] : repeated;
}
