import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isBuilt, stampBuild } from '../support/built.js';

let project = '';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tslab-built-'));
  for (const directory of ['src/kernel', 'labs', 'exercises', 'dist/src'])
    mkdirSync(join(project, directory), { recursive: true });
  writeFileSync(join(project, 'src/kernel/a.ts'), 'one');
  writeFileSync(join(project, 'labs/b.ts'), 'two');
});
afterEach(() => rmSync(project, { recursive: true }));

it('a build is of these sources until one of them changes, comes or goes', () => {
  expect(isBuilt(project)).toBe(false);
  stampBuild(project);
  expect(isBuilt(project)).toBe(true);
  writeFileSync(join(project, 'src/kernel/a.ts'), 'other');
  expect(isBuilt(project)).toBe(false);
  writeFileSync(join(project, 'src/kernel/a.ts'), 'one');
  expect(isBuilt(project)).toBe(true);
  writeFileSync(join(project, 'labs/c.ts'), '');
  expect(isBuilt(project)).toBe(false);
  rmSync(join(project, 'labs/c.ts'));
  rmSync(join(project, 'labs/b.ts'));
  expect(isBuilt(project)).toBe(false);
});
