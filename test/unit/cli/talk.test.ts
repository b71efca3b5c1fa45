import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/cli/demo/controller.js';
import { loadPart, scriptOfPart, sourceOfPart } from '../../../src/cli/demo/talk-part.js';
import { type LabPart, parseTalk } from '../../../src/lesson/talk.js';
import type { Beside } from '../../../src/view/experiment/runs.js';
import type { Item } from '../../../src/view/run/items.js';
import { itemsOf, Player } from '../view/demo-sample.js';

const TALK = `# Ignored

## Two numbers
lab: 01 old-proc, clone-newpid --skip mount-proc

Every process has **two**.

\`\`\`sh
## no part
\`\`\`

## Files
Lab : 02

## Nothing runs here
A *text*.
`;

const part = (changes: Partial<LabPart>): LabPart => ({
  ...{ title: 'Mine', text: 'My words.', lab: '01', steps: [], skip: [], place: 'talk.md:2' },
  ...changes,
});

describe('a talk', () => {
  it('is parts with a title, a lab, steps, what to skip, and a text', () => {
    expect(parseTalk(TALK, 'talk.md')).toEqual([
      {
        ...{ title: 'Two numbers', lab: '01', steps: ['old-proc', 'clone-newpid'], skip: ['mount-proc'] },
        text: 'Every process has **two**.\n\n```sh\n## no part\n```',
        place: 'talk.md:4',
      },
      { title: 'Files', text: '', lab: '02', steps: [], skip: [], place: 'talk.md:13' },
      { title: 'Nothing runs here', text: 'A *text*.' },
    ]);
  });

  it.each([
    ['no part', 'talk.md has no part'],
    ['## A\n\n', 'talk.md:1: this part has neither a text nor a lab'],
  ])('is refused where it is broken: %j', (text, message) => {
    expect(() => parseTalk(text, 'talk.md')).toThrow(message);
  });

  it.each([
    [{ lab: 'none' }, 'talk.md:2: there is no lab "none"'],
    [{ steps: ['none'] }, 'talk.md:2: 01-pid-namespace has no step "none"'],
    [{ skip: ['host'] }, 'talk.md:2: 01-pid-namespace has no step "host" that can be skipped'],
  ])('is refused before it begins: %j', async (changes, message) => {
    await expect(loadPart(part(changes))).rejects.toThrow(message);
  });
});

describe('a part of a talk', () => {
  it('has its own words, the steps that it has chosen in the order of the lab, and the minutes before it', async () => {
    const { script } = (await Player.begin()).demo;
    const own = scriptOfPart(script, part({ steps: ['cost', 'name'] }), 7);
    expect(own).toMatchObject({ title: 'Mine', summary: 'My words.', planned: 7 });
    expect(own.steps.map(({ id }) => id)).toEqual(['name', 'cost']);
  });

  it('is told of its steps only, and the lab stands still behind the last of them', async () => {
    const all = await itemsOf();
    const told = await drain(sourceOfPart(sourceOf(all), part({ steps: ['cost'] })));
    const cost = all.findIndex((item) => item.type === 'step' && item.id === 'cost');
    const host = all.findIndex((item) => item.type === 'step' && item.id === 'host');
    expect(told).toEqual(all.slice(cost, host));
  });

  it('leads on to the next, where there is one', async () => {
    const player = await Player.begin();
    player.demo = { ...player.demo, goesOn: true };
    expect(player.press(...Array(8).fill('space')).demo.leaving).toBe('next');
  });
});

function sourceOf(items: readonly Item[]): Source {
  const left = [...items];
  return { next: async () => left.shift() };
}

async function drain(source: Source): Promise<Beside[]> {
  const items: Beside[] = [];
  for (let item = await source.next(); item; item = await source.next()) items.push(item);
  return items;
}
