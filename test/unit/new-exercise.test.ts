import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseText } from '../../src/exercise/text.js';

/** A project with the lists that the script reads, and nothing else. */
let project = '';
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'tslab-new-'));
  for (const path of ['labs/catalogue.ts', 'exercises/catalogue.ts', 'exercises/02-let-go', 'scripts']) {
    mkdirSync(join(project, path, '..'), { recursive: true });
    cpSync(path, join(project, path), { recursive: true });
  }
});
afterAll(() => rmSync(project, { recursive: true }));

it('writes an exercise with all that one has, behind the others of its lab', () => {
  const { status, stdout } = make('02-my-own-name');
  expect([status, stdout]).toEqual([0, expect.stringContaining('npm run exercises -- -t 02-my-own-name')]);
  const directory = join(project, 'exercises/02-my-own-name');
  const own = readFileSync(join(directory, 'exercise.ts'), 'utf8');
  expect(own).toContain('export const myOwnName = listExercise({');
  const answers = [...own.matchAll(/'([\w-]+)': '(?:root|calls)'/g)].map(([, name]) => `wrong-${name}.mjs`);
  const files = [...answers, 'solution.mjs', 'start.mjs', 'en.md', 'zh.md', 'exercise.ts'];
  expect(readdirSync(directory).sort()).toEqual(files.sort());
  for (const name of ['en.md', 'zh.md'])
    expect([...parseText(readFileSync(join(directory, name), 'utf8'), name).facts.keys()]).toEqual(['root']);
  const ids = [...readFileSync(join(project, 'exercises/catalogue.ts'), 'utf8').matchAll(/id: '([\w-]+)'/g)];
  const labs = ids.map(([, id = '']) => id.slice(0, 2));
  expect(labs).toEqual([...labs].sort());
  expect(ids.map(([, id]) => id)).toContain('02-my-own-name');
});

it.each([
  ['02-let-go', 'exercises/02-let-go/en.md is there already'],
  ['33-nowhere', 'there is no lab 33'],
  ['Let Go', 'a lab’s number, then words'],
])('refuses %s, and writes nothing', (id, said) => {
  const before = readFileSync(join(project, 'exercises/catalogue.ts'), 'utf8');
  const { status, stderr } = make(id);
  expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  expect(readFileSync(join(project, 'exercises/catalogue.ts'), 'utf8')).toBe(before);
  expect(existsSync(join(project, 'exercises', id, 'zh.md'))).toBe(id === '02-let-go');
});

function make(id: string) {
  return spawnSync(process.execPath, ['scripts/new-exercise.mjs', id], { cwd: project, encoding: 'utf8' });
}
