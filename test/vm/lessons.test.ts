import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { parseRun } from '../../src/lab/recording.js';
import { loadLesson } from '../../src/lesson/lesson.js';
import { expectedStatus } from '../support/lesson-commands.js';
import { wrongAnswers } from '../support/questions.js';
import { TYPED } from './commands.js';
import { run } from './run.js';

describe('on cgroup v2, what lessons tell the reader to type', () => {
  it.for(TYPED.map((command) => [command.script, command] as const))('%s', ([, command]) => {
    // A tmpfs of Linux 6.1 leaves a step of lab 04 out, of which the doctor's status tells.
    const status = command.script === 'tslab doctor' ? run('doctor').status : expectedStatus(command);
    expect(run(command.id)).toMatchObject({ status });
  });
});

it.each(CATALOGUE)('the lesson of $id gives the answers that a kernel with cgroup v2 gives', ({ id }) => {
  expect(wrongAnswers(loadLesson(id), parseRun(run(id).output))).toEqual([]);
});
