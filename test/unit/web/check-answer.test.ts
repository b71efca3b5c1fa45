import { describe, expect, it } from 'vitest';
import { agrees } from '../../../src/lesson/agrees.js';
import { checkAnswer } from '../../../src/web/client/check-answer.js';

const WRONG = { right: false, says: '1.0*' };
const RIGHT = { right: true, says: '0.2*' };
const VAGUE = { right: false };
const CHOICES = [WRONG, RIGHT, VAGUE];

describe("the kernel's word on an answer", () => {
  it('agrees with the choice that says the same', () => {
    expect(verdicts({ actual: '0.201', held: true })).toEqual(['disagrees', 'agrees', 'disagrees']);
  });

  it('agrees with what is wrong otherwise, where a step was left out', () => {
    expect(verdicts({ actual: '1.00', held: false })).toEqual(['agrees', 'disagrees', 'disagrees']);
  });

  it('is none where a check failed in a way that nobody thought of', () => {
    expect(verdicts({ actual: '0.5', held: false })).toEqual(['unclear', 'unclear', 'unclear']);
  });

  it('is the right choice where the check held in other words', () => {
    expect(verdicts({ actual: '0.19', held: true })).toEqual(['disagrees', 'agrees', 'disagrees']);
  });
});

it.each([
  ['0.2*', '0.201', true],
  ['0.2*', '10.201', false],
  ['*', 'anything\nat all', true],
  ['a.c', 'abc', false],
  ['PID 1 (sh)', 'PID 1 (sh)', true],
  ['', '', true],
  ['[a]*', '[a] b', true],
  [undefined, 'x', false],
])('a choice that says %j agrees with %j: %j', (says, actual, isSaid) => {
  expect(agrees({ says }, actual)).toBe(isSaid);
});

function verdicts(finding: { actual: string; held: boolean }) {
  return CHOICES.map((choice) => checkAnswer(choice, CHOICES, finding));
}
