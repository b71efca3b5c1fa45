import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withSourceLines } from '../../../src/cli/source-lines.js';
import { packageRoot } from '../../../src/state/package-root.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-source-lines-'));
  const source = relative(folder, join(packageRoot(), 'src/cli/dispatch.ts'));
  // One segment: line 2, column 0 of the bundle is line 5, column 2 of the source.
  const map = { version: 3, sources: [source], names: [], mappings: ';AAIE' };
  writeFileSync(join(folder, 'mapped.cjs.map'), JSON.stringify(map));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('names the source of a line of the bundle', () => {
  const stack = `Error: no\n    at run (${folder}/mapped.cjs:2:1)`;
  expect(withSourceLines(stack)).toBe('Error: no\n    at run (src/cli/dispatch.ts:5:3)');
});

it('leaves alone what the map does not know, and what has none', () => {
  const stack = `Error: no\n    at ${folder}/mapped.cjs:1:1\n    at ${folder}/other.cjs:2:1\n    at node:fs:1:1`;
  expect(withSourceLines(stack)).toBe(stack);
});
