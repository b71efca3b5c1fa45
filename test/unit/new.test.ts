import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { parseText } from '../../src/exercise/text.js';
import { HOST_STEP } from '../../src/lab/host.js';
import { parseLesson } from '../../src/lesson/lesson.js';
import { tellsOfStep } from '../support/anatomy.js';

const READ = [
  ...['labs/catalogue.ts', 'exercises/catalogue.ts', 'exercises/02-let-go', 'scripts'],
  ...['README.md', 'src/doctor/requirements.ts', 'lessons/zh/names.json'],
];

/** A project with the lists that the script reads, and nothing else. */
let project = '';
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'tslab-new-'));
  for (const path of READ) {
    mkdirSync(join(project, path, '..'), { recursive: true });
    cpSync(path, join(project, path), { recursive: true });
  }
});
afterAll(() => rmSync(project, { recursive: true }));

it('writes an exercise with all that one has, behind the others of its lab', () => {
  const { status, stdout } = make('exercise', '02-my-own-name');
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
  const { status, stderr } = make('exercise', id);
  expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  expect(readFileSync(join(project, 'exercises/catalogue.ts'), 'utf8')).toBe(before);
  expect(existsSync(join(project, 'exercises', id, 'zh.md'))).toBe(id === '02-let-go');
});

it('writes a lab with lessons of which each step has a section, behind the labs of smaller numbers', () => {
  const { status, stdout } = make('lab', '13-my-lab', 'It’s mine');
  expect([status, stdout]).toEqual([0, expect.stringContaining('npx tslab 13-my-lab')]);
  const steps = /steps: \['([\w-]+)'\]/.exec(read('labs/13-my-lab/lab.ts'))?.[1];
  for (const path of ['lessons/en/13-my-lab.md', 'lessons/zh/13-my-lab.md']) {
    const { sections } = parseLesson(read(path), path);
    expect(sections.filter(tellsOfStep).map(({ id }) => id)).toEqual([steps, HOST_STEP]);
    for (const [, file = ''] of read(path).matchAll(/include=([^#\s]+)/g)) expect(read(file)).toContain('// #region');
  }
  for (const list of ['labs/catalogue.ts', 'src/doctor/requirements.ts', 'README.md', 'lessons/zh/names.json']) {
    const ids = [...read(list).matchAll(/^ *(?:\| \[|id: '|'|")(\d\d-[\w-]+)/gm)].map(([, id]) => id);
    expect([list, ids.slice(0, 13)]).toEqual([list, [...CATALOGUE.map(({ id }) => id), '13-my-lab']]);
  }
});

it.each([
  [['07-another', 'A title'], 'the number 07 is that of 07-uts-ipc'],
  [['00-another', 'A title'], 'the number 00 is that of 00-introduction'],
  [['14-no-title'], 'a name and a title in quotes'],
  [['14-two', 'A | title'], 'the title has no |'],
])('refuses to write the lab %j', (given, said) => {
  const before = read('labs/catalogue.ts');
  const { status, stderr } = make('lab', ...given);
  expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  expect(read('labs/catalogue.ts')).toBe(before);
});

function make(kind: 'exercise' | 'lab', ...given: readonly string[]) {
  return spawnSync(process.execPath, [`scripts/new-${kind}.mjs`, ...given], { cwd: project, encoding: 'utf8' });
}

function read(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}
