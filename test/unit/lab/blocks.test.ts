import { describe, expect, it } from 'vitest';
import { agrees } from '../../../src/lesson/agrees.js';
import { parseBlocks } from '../../../src/lesson/blocks.js';
import { markdownLines } from '../../../src/lesson/markdown-lines.js';
import type { Predict } from '../../../src/lesson/predict.js';

const FILE = 'lessons/en/00-sample.md';
const parse = (text: string) => parseBlocks(markdownLines(text), FILE);

const QUESTION = `::: predict the share follows the quota
How much of a CPU does it get?

On an idle machine.

- [ ] 100 %, since nobody
  else wants it {1.0*}
- [x] 20 % {0.2*}

A quota is absolute.

- Idle or not.
:::`;

describe('parseBlocks', () => {
  it('cuts a section into prose and what stands between it, with the line of each', () => {
    const blocks = parse('Before.\n\n::: hint\nLook.\n:::\n\nAfter,\nand on.\n\n');
    expect(blocks).toEqual([
      { type: 'prose', text: 'Before.', line: 1 },
      { type: 'hint', stage: 1, text: 'Look.', line: 3 },
      { type: 'prose', text: 'After,\nand on.', line: 7 },
    ]);
  });

  it('counts the stages of hints', () => {
    const hints = parse('::: hint\na\n:::\n::: note\nn\n:::\n::: hint\nb\n:::');
    expect(hints).toMatchObject([
      { stage: 1 },
      { type: 'callout', kind: 'note', text: 'n', line: 4 },
      { stage: 2, text: 'b' },
    ]);
  });

  it('keeps the drawing of a diagram as it is, its indentation too', () => {
    expect(parse('```diagram Two trees\n  ┌──┐\n  └──┘\n```')).toEqual([
      { type: 'diagram', title: 'Two trees', text: '  ┌──┐\n  └──┘', line: 1 },
    ]);
  });

  it('reads which step a transcript shows, and of which run', () => {
    expect(parse('```transcript pivot\n```')).toEqual([{ type: 'transcript', step: 'pivot', line: 1 }]);
    expect(parse('```transcript host skip=pivot\n```')).toMatchObject([{ step: 'host', skip: 'pivot' }]);
  });

  it('reads how many minutes notes take, where they say so', () => {
    const notes = parse('::: notes 0.5\na\n:::\n::: notes\nb\n:::');
    expect(notes).toMatchObject([{ minutes: 0.5 }, { minutes: 0 }]);
  });

  it('takes ::: in code for code', () => {
    expect(parse('```sh\n::: hint\n```')).toEqual([{ type: 'prose', text: '```sh\n::: hint\n```', line: 1 }]);
  });

  it.each([
    ['a container without an end', 'a\n::: hint\nb', `${FILE}:2: "::: hint" has no end`],
    ['an end without a container', 'a\n:::\nb', `${FILE}:2: ::: closes nothing`],
    ['a name that nothing has', '::: tip\na\n:::', `${FILE}:1: there is no "::: tip"`],
    ['a question without choices', '::: predict x\nWhich?\n\n- this\n:::', `${FILE}:1: the question has no choices`],
    ['notes with a time that is no number', '::: notes soon\na\n:::', `${FILE}:1: "::: notes soon" says no minutes`],
    ['two right choices', QUESTION.replace('[ ]', '[x]'), `${FILE}:1: 2 choices are marked as right`],
  ])('names file and line of %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(expect.objectContaining({ status: 2, remedy: expect.stringContaining(':::') }));
  });
});

describe('a question', () => {
  const predict = parse(QUESTION)[0] as Predict;

  it('has its check, its choices over several lines, and the reason', () => {
    expect(predict).toEqual({
      type: 'predict',
      check: 'the share follows the quota',
      question: 'How much of a CPU does it get?\n\nOn an idle machine.',
      choices: [
        { text: '100 %, since nobody else wants it', right: false, says: '1.0*' },
        { text: '20 %', right: true, says: '0.2*' },
      ],
      why: 'A quota is absolute.\n\n- Idle or not.',
      line: 1,
    });
  });

  it('may give no reason', () => {
    const [bare] = parse(QUESTION.slice(0, QUESTION.indexOf('\n\nA quota')).concat('\n:::'));
    expect(bare).toMatchObject({ choices: predict.choices, why: '' });
  });

  it('is answered by what the check says, from its first letter to its last', () => {
    const choice = (says?: string) => ({ text: '', right: true, ...(says === undefined ? {} : { says }) });
    expect(agrees(choice('0.2*'), '0.201')).toBe(true);
    expect(agrees(choice('0.2*'), '10.2')).toBe(false);
    expect(agrees(choice('*EAGAIN (11)'), 'fork: EAGAIN (11)')).toBe(true);
    expect(agrees(choice(), 'anything')).toBe(false);
  });
});
