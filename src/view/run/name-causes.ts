import { inShort } from '../../lab/cause.js';
import { pathBehind } from '../../lab/descriptor-paths.js';
import type { ObservationMade, SyscallMade } from '../../lab/events.js';
import { cutMiddle } from '../text/cut-middle.js';
import type { Items } from './items.js';

/** Of more calls behind one observation those of one name are counted. */
const MOST_CALLS = 4;

/** Characters of a path or of another string in such a call. */
const LONGEST_TEXT = 40;

/** Characters of such a call: some four lines. A transaction of nf_tables has several times as many, and the trace shows them. */
const LONGEST_CALL = 260;

/** Says of each observation by which calls it came about, with paths behind descriptors. */
export async function* nameCauses(items: Items): Items {
  let calls: SyscallMade[] = [];
  for await (const item of items) {
    if (item.type === 'step') calls = [];
    if (item.type === 'syscall') calls.push(item);
    yield item.type === 'observe' ? { ...item, ...namedCauses(item, calls) } : item;
  }
}

/** Recordings and events of others may have `changedBy` alone. */
function namedCauses({ changedBy, causes = [] }: ObservationMade, calls: readonly SyscallMade[]): { by?: string[] } {
  const made = causes.flatMap((place) => (place < calls.length ? inWords(calls.slice(0, place + 1)) : []));
  if (made.length > MOST_CALLS) return { by: [inShort(made)] };
  if (made.length > 0) return { by: made.map(({ text }) => text) };
  return changedBy === undefined ? {} : { by: [changedBy] };
}

/** The last of these calls. */
function inWords(calls: readonly SyscallMade[]): Pick<SyscallMade, 'name' | 'text'>[] {
  return calls
    .slice(-1)
    .map(({ name, text }) => ({ name, text: cutMiddle(cutStrings(withPaths(text, calls)), LONGEST_CALL) }));
}

// A descriptor is the first argument, or one whose path is empty (AT_EMPTY_PATH).
const DESCRIPTOR = /(?<=^(?:write|setns|fchdir|openat2|pidfd_send_signal)\()\d+(?=,)|(?<=[(,] ?)\d+(?=, "")/g;

function withPaths(text: string, calls: readonly SyscallMade[]): string {
  return text.replace(DESCRIPTOR, (descriptor) => {
    const path = pathBehind(Number(descriptor), calls);
    return path === undefined ? descriptor : `${descriptor}<${cutMiddle(path, LONGEST_TEXT)}>`;
  });
}

/** The text of a call, with long strings cut in the middle. */
export function cutStrings(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (_, string: string) => `"${cutMiddle(string, LONGEST_TEXT)}"`);
}
