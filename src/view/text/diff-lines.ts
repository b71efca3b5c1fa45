/** A row of two texts side by side: the line of each, absent where that text has none to match. */
export interface DiffRow {
  readonly before?: string;
  readonly after?: string;
  readonly change: 'same' | 'added' | 'removed' | 'changed';
}

/**
 * Two texts aligned line by line, for small inputs: time and space grow with the product of their lengths.
 *
 * Lines that are equal meet first; between these, lines that start with the same word (`nr_throttled 0` and
 * `nr_throttled 7`) meet as changed; between those, lines one by one if there are equally many on both sides.
 */
export function diffLines(before: string, after: string): DiffRow[] {
  return align(splitLines(before), splitLines(after), [wholeLine, firstWord]);
}

/** Cuts rows where a run of equal lines starts or ends. */
export function runsOf(rows: readonly DiffRow[]): DiffRow[][] {
  const runs: DiffRow[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.[0] && isSame(run[0]) === isSame(row)) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

export function isSame({ change }: DiffRow): boolean {
  return change === 'same';
}

type Key = (line: string) => string;
const wholeLine: Key = (line) => line;
const firstWord: Key = (line) => line.trim().split(/\s/)[0] ?? '';

function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function align(before: readonly string[], after: readonly string[], [key, ...weakerKeys]: readonly Key[]): DiffRow[] {
  if (key === undefined) return before.length === after.length ? oneByOne(before, after) : apart(before, after);
  const pairs = commonSubsequence(before.map(key), after.map(key));
  const rows: DiffRow[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...pairs, [before.length, after.length] as const]) {
    rows.push(...align(before.slice(i, x), after.slice(j, y), weakerKeys));
    rows.push(...oneByOne(before.slice(x, x + 1), after.slice(y, y + 1)));
    [i, j] = [x + 1, y + 1];
  }
  return rows;
}

function oneByOne(before: readonly string[], after: readonly string[]): DiffRow[] {
  return before.map((line, i) => {
    const other = after[i] ?? '';
    return { before: line, after: other, change: line === other ? 'same' : 'changed' };
  });
}

function apart(before: readonly string[], after: readonly string[]): DiffRow[] {
  return [
    ...before.map((line): DiffRow => ({ before: line, change: 'removed' })),
    ...after.map((line): DiffRow => ({ after: line, change: 'added' })),
  ];
}

/** Positions of a longest common subsequence: the textbook's table, filled from the end, walked from the start. */
function commonSubsequence(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const longest = commonLengths(a, b);
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (longest(i + 1, j) >= longest(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Gives the length of a longest common subsequence of `a` from `i` on and `b` from `j` on. */
function commonLengths(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}
