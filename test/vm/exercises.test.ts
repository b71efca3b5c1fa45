import { expect, it } from 'vitest';
import { ANSWERS } from './exercises.js';
import { run } from './run.js';

it.each(ANSWERS)('on cgroup v2 $file is judged as it is on hybrid', ({ name, exercise, fails: fact }) => {
  const { status, output } = run(name);
  const type = fact === undefined ? 'solved' : 'unsolved';
  const end = JSON.parse(output.trim().split('\n').at(-1) ?? '') as unknown;
  expect({ status, end }).toEqual({
    status: fact === undefined ? 0 : 1,
    end: { type, exercise, ...(fact && { fact }) },
  });
});
