/** The name that was probably meant: the one that takes the fewest changed, missing or added letters, at most a third of them. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const rated = names.map((name) => ({ name, distance: editDistance(given, name) }));
  const [best] = rated.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(1, given.length / 3) ? best.name : undefined;
}

/** Levenshtein's: letters to change, add or leave out to make one of the other. Row by row, each letter of `a` a row. */
function editDistance(a: string, b: string): number {
  const first = Array.from({ length: b.length + 1 }, (_, column) => column);
  const last = [...a].reduce((above, letter) => nextRow(above, letter, b), first);
  return last[b.length] ?? 0;
}

function nextRow(above: readonly number[], letter: string, b: string): number[] {
  const row = [(above[0] ?? 0) + 1];
  for (const [column, other] of [...b].entries()) {
    const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
    row.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
  }
  return row;
}
