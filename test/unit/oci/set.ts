/** A copy of a value with another field; `a.b[0]["c"]` is where. Objects on the way are made. */
export function set<T>(value: T, field: string, other: unknown): T {
  const keys = [...field.matchAll(/\["(.*?)"\]|\[(\d+)\]|\.?(\w+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name,
  ) as string[];
  const copy = structuredClone(value);
  const parent = keys.slice(0, -1).reduce(
    (at, key) => {
      at[key] ??= {};
      return at[key] as Record<string, unknown>;
    },
    copy as Record<string, unknown>,
  );
  parent[keys.at(-1) as string] = other;
  return copy;
}
