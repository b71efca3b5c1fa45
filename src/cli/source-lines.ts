import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, relative } from 'node:path';
import { packageRoot } from '../state/package-root.js';

/**
 * A stack in which lines of the bundle are named by the source that they come from. `node --enable-source-maps` would do so as
 * well, but reads each map at every start.
 */
export function withSourceLines(stack: string): string {
  return stack.replace(/(\/[^():\n]+\.cjs):(\d+):(\d+)/g, (place, file, line, column) => {
    const map = `${file}.map`;
    return existsSync(map) ? (sourceOf(map, Number(line), Number(column)) ?? place) : place;
  });
}

/** `src/cli/dispatch.ts:12:3`, counted from 1 as in a stack; undefined where the map knows nothing of that place. */
function sourceOf(map: string, line: number, column: number): string | undefined {
  const entry = new SourceMap(JSON.parse(readFileSync(map, 'utf8'))).findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return undefined;
  const file = relative(packageRoot(), join(map, '..', entry.originalSource));
  return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
