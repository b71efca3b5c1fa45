import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXERCISES } from '../../exercises/catalogue.js';
import type { Exercise } from '../../src/exercise/definition.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { jsonLines, leftSince, tslab } from './tslab.js';

let state = '';
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-exercises-'));
});
afterAll(() => rmSync(state, { recursive: true }));

/** What the facts are at the end of a script counts: what is to be seen then stays in the background. */
describe.each(EXERCISES)('$id', async (entry) => {
  const exercise = await entry.load();
  const { wrong } = exercise;

  it('is not solved by doing nothing', () => {
    const nothing = exercise.form === 'list' ? fileOf(exercise, 'start') : '/dev/null';
    const { status, outcome } = check(exercise, nothing);
    expect(outcome).toMatchObject({ type: 'unsolved' });
    expect(status).toBe(1);
  });

  it.each(Object.entries(wrong))('is not solved by %s, which fails on %s', (name, fact) => {
    const { status, outcome } = check(exercise, fileOf(exercise, `wrong-${name}`));
    expect(outcome).toEqual({ type: 'unsolved', exercise: entry.id, fact });
    expect(status).toBe(1);
  });

  it('is solved by its solution, and leaves the host as it was', () => {
    const before = takeSnapshot();
    const { status, outcome } = check(exercise, fileOf(exercise, 'solution'));
    expect(outcome).toEqual({ type: 'solved', exercise: entry.id });
    expect(status).toBe(0);
    expect(leftSince(before)).toEqual([]);
  });
});

function fileOf({ id, form }: Exercise, name: string): string {
  const path = `exercises/${id}/${name}.${form === 'list' ? 'mjs' : 'sh'}`;
  if (!existsSync(path)) throw new Error(`${path} is missing`);
  return path;
}

function check({ id }: Exercise, file: string) {
  const { status, stdout, stderr } = tslab(['exercise', id, '--check', file, '--json'], { TSLAB_STATE: state });
  expect(stderr).toBe('');
  return { status, outcome: jsonLines(stdout).at(-1) };
}
