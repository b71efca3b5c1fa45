import { diffLines } from '../text/diff-lines.js';
import type { CallRow, Items } from './items.js';
import { hasFailed } from './sentences.js';

/**
 * Says of each call whether it is new. A child is compared with the process of this lab before it whose list of calls is most like its
 * own, since the same call in another place may be the lesson; what tslab calls itself is new when it has not called it before.
 */
export async function* compareLists(items: Items): Items {
  const lists: string[][] = [];
  const calledByTslab = new Set<string>();
  let list: CallRow[] = [];
  for await (const item of items) {
    const call = item.type === 'syscall' ? item : undefined;
    if (call?.by === 'child') list.push(call);
    if (call?.by !== 'child' || call.result === undefined) {
      yield* comparedTo(lists, list);
      list = [];
    }
    if (call?.by !== 'child') yield call ? compared(call, calledByTslab) : item;
  }
}

function compared(call: CallRow, called: Set<string>): CallRow {
  if (hasFailed(call) || call.housekeeping) return call;
  const key = keyOf(call);
  const novelty = called.has(key) ? 'known' : 'new';
  called.add(key);
  return { ...call, novelty };
}

/** The list of one child, which joins the others; its housekeeping together, before the call that ends the list. */
function comparedTo(lists: string[][], list: readonly CallRow[]): CallRow[] {
  if (list.length === 0) return [];
  const calls = list.filter((call) => !call.housekeeping);
  const known = mostAlike(lists, calls.map(keyOf));
  lists.push(calls.filter((call) => !hasFailed(call)).map(keyOf));
  const rows = calls.map(
    (call, i): CallRow => (hasFailed(call) ? call : { ...call, novelty: known[i] ? 'known' : 'new' }),
  );
  const end = rows.at(-1)?.result === undefined ? rows.length - 1 : rows.length;
  return [...rows.slice(0, end), ...list.filter((call) => call.housekeeping), ...rows.slice(end)];
}

/** Which of the calls the earlier list that has most of them has, in the same order; the latest of several such lists. */
function mostAlike(lists: readonly string[][], calls: readonly string[]): boolean[] {
  let [best, most]: [boolean[], number] = [[], 0];
  for (const list of lists) {
    const had = diffLines(list.join('\n'), calls.join('\n')).filter((row) => row.after !== undefined);
    const count = had.filter(({ change }) => change === 'same').length;
    if (count >= most) [best, most] = [had.map(({ change }) => change === 'same'), count];
  }
  return best;
}

// The pid or descriptor that comes first is another one each time, and yet it is the same call to a reader.
const HANDLE =
  /(?<=^(?:kill|pidfd_\w+|setns|fchdir|read|write|close|openat2|mount_setattr|move_mount)\()\d+|(?<=^move_mount\(\d+, "", )\d+/g;

/** One line; no other for a call that failed. */
function keyOf(call: CallRow): string {
  return `${call.errno ?? ''}${call.text.replace(HANDLE, '').replaceAll('\n', ' ')}`;
}
