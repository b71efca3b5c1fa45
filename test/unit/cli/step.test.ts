import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { renderNarration, renderQuestion } from '../../../src/cli/commands/step.js';
import type { Predict } from '../../../src/lesson/predict.js';
import { meaningOf } from '../../../src/terminal/keyboard.js';
import { plainLines } from '../../../src/view/plain.js';
import { streamSink } from '../../../src/view/sink.js';

const PREDICT: Predict = {
  type: 'predict',
  check: 'ps shows one',
  question: 'Which **pid** does `ps` show?',
  choices: [
    { text: '`1`', right: true, says: '1' },
    { text: 'the same as outside', right: false },
  ],
  why: 'It has its own /proc.',
  line: 1,
};
const STEP = { type: 'step', id: 'clone', title: 'A clone', predict: PREDICT } as const;
const sink = streamSink(new PassThrough() as unknown as ReadStream, false);

describe('meaningOf', () => {
  it('goes on at Enter and space', () => {
    for (const input of ['\r', '\n', ' ']) expect(meaningOf(input)).toBe('next');
  });

  it('quits at q, Ctrl-C and Ctrl-D', () => {
    for (const input of ['q', 'Q', '\x03', '\x04']) expect(meaningOf(input)).toBe('quit');
  });

  it('waits for another key at anything else, such as an arrow', () => {
    for (const input of ['', 'x', '\x1b[A', 'é', '\x1a']) expect(meaningOf(input)).toBeUndefined();
  });

  it('takes a letter for a choice, where there is one of that letter', () => {
    expect(['a', 'B', 'c'].map((input) => meaningOf(input, 2))).toEqual([0, 1, undefined]);
    expect(meaningOf('a')).toBeUndefined();
  });

  it('takes the first key that means something', () => {
    expect(meaningOf('xq\r')).toBe('quit');
  });
});

describe('renderQuestion', () => {
  it('asks what the lesson asks, and leaves the cursor behind the keys', () => {
    const text = renderQuestion(STEP, sink);
    expect(text).toContain('Which pid does `ps` show?');
    expect(text).toContain('  a) `1`\n  b) the same as outside\n');
    expect(text).toMatch(/Make up your mind: a, b, or Enter {3}q: quit $/);
  });

  it('names the keys only where the lesson asks nothing', () => {
    expect(renderQuestion({ type: 'step', id: 'clone', title: 'A clone' }, sink)).toBe('   Enter: go on   q: quit ');
  });

  it('reads aloud, with --plain', () => {
    expect(renderQuestion(STEP, sink, true).split('\n')).toEqual([
      'Question: Which pid does ps show?',
      'a: 1',
      'b: the same as outside',
      'Make up your mind: a, b, or Enter, q to quit.',
    ]);
  });
});

describe('the check that answers', () => {
  const check = { type: 'check', step: 'clone', name: 'ps shows one', expected: '1', actual: '1', held: true } as const;
  const answerTo = (chosen?: number) =>
    plainLines({ ...check, answers: { predict: PREDICT, ...(chosen === undefined ? {} : { chosen }) } }).slice(1);

  it('says whether the guess was right, and why', () => {
    expect(answerTo(0)).toEqual(['You were right: a) 1', 'It has its own /proc.']);
    expect(answerTo(1)).toEqual(['You said b), but it is a) 1', 'It has its own /proc.']);
  });

  it('says the answer to who did not guess', () => {
    expect(answerTo()).toEqual(['The answer: a) 1', 'It has its own /proc.']);
  });
});

describe('renderNarration', () => {
  it('stands below the question, or reads aloud', () => {
    expect(renderNarration('It is `1`.', sink)).toBe('\n  It is `1`.\n');
    expect(renderNarration('It is `1`.', sink, true)).toBe('It is 1.\n');
  });
});
