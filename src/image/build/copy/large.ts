import type { CopyPlan } from './planned.js';

/** More than this of a context is seldom meant. */
const MOST_FILES = 10_000;
const MOST_BYTES = 100_000_000;

/** What is said of a COPY that takes very much of the context; undefined where it does not. The largest directories are named. */
export function tellLarge({ members }: CopyPlan): string | undefined {
  const files = members.flatMap(({ from, entry }) =>
    from === undefined || from.url !== undefined ? [] : [{ from: from.path, size: entry.size }],
  );
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length <= MOST_FILES && bytes <= MOST_BYTES) return undefined;
  const largest = directories(files).slice(0, 3);
  const shown = largest.map(([name, size]) => `${name} (${inMegabytes(size)})`).join(', ');
  const hint = largest[0] ? `; the largest: ${shown}. A line ${largest[0][0]} in .dockerignore leaves that out` : '';
  return `${files.length === 1 ? '1 file is' : `${files.length} files are`} copied (${inMegabytes(bytes)})${hint}`;
}

/** Those of the first level, the largest first. */
function directories(files: readonly { readonly from: string; readonly size: number }[]): [string, number][] {
  const sizes = new Map<string, number>();
  for (const { from, size } of files) {
    const [name = '', ...below] = from.split('/');
    if (below.length > 0) sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  return [...sizes].sort(([, a], [, b]) => b - a);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
