/** One entry that two maps do not agree on. */
export interface Difference<V> {
  readonly kind: 'appeared' | 'vanished' | 'changed';
  readonly name: string;
  readonly before?: V;
  readonly after?: V;
}

/** What vanished from, changed in, and appeared in a map, in this order. Values are compared with `===`. */
export function diffMaps<V extends string | number>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
): Difference<V>[] {
  const differences: Difference<V>[] = [];
  for (const [name, value] of before) {
    const now = after.get(name);
    if (now === undefined) differences.push({ kind: 'vanished', name, before: value });
    else if (now !== value) differences.push({ kind: 'changed', name, before: value, after: now });
  }
  for (const [name, value] of after) {
    if (!before.has(name)) differences.push({ kind: 'appeared', name, after: value });
  }
  return differences;
}
