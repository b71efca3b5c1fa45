import { expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { parseRun } from '../../src/lab/recording.js';
import { loadLesson } from '../../src/lesson/lesson.js';
import { needs } from '../support/needs.js';
import { wrongAnswers } from '../support/questions.js';
import { tslab } from './tslab.js';

const SHORT: Readonly<Record<string, string[]>> = { '03-cgroups': ['--seconds', '1'] };

it.for(CATALOGUE)('the lesson of $id gives the answers that this kernel gives', (entry, test) => {
  needs(test, 'root');
  const { stdout } = tslab([entry.id, '--json', ...(SHORT[entry.id] ?? [])]);
  expect(wrongAnswers(loadLesson(entry.id), parseRun(stdout))).toEqual([]);
});
