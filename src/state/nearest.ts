/** Returns the name that is most like a given one, if any is like it, or else the only one that begins with it: for "did you mean". */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(given.length / 3));
  const ranked = names.map((name) => ({ name, distance: distance(given, name) }));
  const [best] = ranked.filter(({ distance }) => distance <= limit).sort((a, b) => a.distance - b.distance);
  return best?.name ?? onlyOne(names.filter((name) => given !== '' && name.startsWith(given)));
}

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

/** The number of characters to insert, delete, change, or swap with their neighbour (Damerau-Levenshtein distance). */
function distance(a: string, b: string): number {
  const table = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => table[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    table.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const areSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = areSwapped ? at(i - 2, j - 2) + 1 : changed;
      (table[i] as number[]).push(Math.min(changed, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
