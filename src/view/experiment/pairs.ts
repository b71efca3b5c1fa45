/** The same thing in the run with a call and in the run without; absent where one of them lacks it. */
export interface Pair<T> {
  readonly with?: T;
  readonly without?: T;
}

/** Puts together what has the same key, the first with the first; what only one run has stands alone, that of the second run last. */
export function pairUp<T>(ofWith: readonly T[], ofWithout: readonly T[], key: (one: T) => string): Pair<T>[] {
  const rest = [...ofWithout];
  const pairs = ofWith.map((one): Pair<T> => {
    const place = rest.findIndex((other) => key(other) === key(one));
    return place < 0 ? { with: one } : { with: one, without: rest.splice(place, 1)[0] as T };
  });
  return [...pairs, ...rest.map((without) => ({ without }))];
}

/** The text without what is another in each run: names of volumes, pids, inodes, times, ids of mounts. */
export function comparable(text: string): string {
  return text.replace(/^\d+ \d+ \d+:\d+|[\da-f]{32,}|\d+\.\d+|\d{3,}/gm, '#');
}
