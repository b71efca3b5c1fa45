import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import type { Check, LabEvent } from '../../../src/lab/events.js';
import { loadRun } from '../../../src/lab/recording.js';
import { whatBreaks } from '../../../src/lesson/break-it.js';
import { loadLesson } from '../../../src/lesson/lesson.js';
import { experimentHead, experimentPages } from '../../../src/view/experiment/index.js';
import { comparable, pairUp } from '../../../src/view/experiment/pairs.js';
import { valueRows } from '../../../src/view/experiment/rows.js';
import { type Comparison, compareRuns } from '../../../src/view/experiment/runs.js';
import { narrateTruly } from '../../../src/view/run/true-narration.js';
import { type Screen, screenOf } from '../../../src/view/terminal/screen.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { LANGUAGES } from '../../../src/view/words/index.js';

const SKIPS = [
  ['01-pid-namespace', 'clone-newpid'],
  ['02-rootfs', 'private'],
  ['12-runtime', 'overlay'],
] as const;
const WIDTHS = [60, 80, 120];

const screen = (columns: number, language = 'en', color: 0 | 1 = 0): Screen =>
  screenOf({ columns, color, unicode: true, language, write: async () => true });

/** Each recording has others. */
function withoutInodes(line: string): string {
  return line.replace(/(?<=inode )\d+/g, (inode) => '0'.repeat(inode.length));
}

/** The recorded runs; of that without there are the steps that the lesson shows. */
async function recorded(lab: string, skip: string): Promise<Comparison> {
  const without = loadRun(lab, skip) ?? [];
  const steps = new Set(without.flatMap((event) => (event.type === 'step' ? [event.id] : [])));
  const withIt = (loadRun(lab) ?? []).filter((event) => !isOfStep(event) || steps.has(stepOf(event)));
  return compareRuns(ended(withIt), ended(without));
}

describe.each(SKIPS)('the experiment %s without %s', (lab, skip) => {
  describe.each(LANGUAGES)('in the language %s', (language) => {
    it.each(WIDTHS)('looks so in %i columns', async (columns) => {
      const said = whatBreaks(loadLesson(lab, language), skip) ?? '';
      const told = { skipped: [skip], sentences: [said], course: { lab: '01', skip: 'nested', next: '02' } };
      const pages = experimentPages(await recorded(lab, skip), told, screen(columns, language));
      const head = experimentHead(
        { id: lab, title: loadLesson(lab, language).title },
        [skip],
        screen(columns, language),
      );
      const lines = [head, ...pages].flatMap((page) => ['', ...page]);
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
      expect(lines.map(withoutInodes).join('\n')).toMatchSnapshot();
    });
  });
});

describe('an experiment', () => {
  it('strikes the missing call through where there are colours, and marks it everywhere', async () => {
    const comparison = await recorded('01-pid-namespace', 'clone-newpid');
    const page = (color: 0 | 1) =>
      experimentPages(comparison, { skipped: [], sentences: [] }, screen(80, 'en', color))[0]?.join('\n');
    expect(page(1)).toContain('\x1b[9mclone(CLONE_VM|CLONE_NEWPID|');
    expect(page(0)).toContain('⊘ clone(CLONE_VM|CLONE_NEWPID|');
    expect(page(0)).not.toContain('\x1b');
  });

  it('does not say what the lesson says of the step, which holds for one run only', async () => {
    const { narration } = loadLesson('01-pid-namespace').sections.find(({ id }) => id === 'clone-newpid') ?? {};
    const told = { skipped: [], sentences: [] };
    const pages = experimentPages(await recorded('01-pid-namespace', 'clone-newpid'), told, screen(120));
    expect(pages.flat().join(' ')).not.toContain(narration?.slice(0, 30));
  });

  it('of a lab with itself shows no step', async () => {
    const events = loadRun('02-rootfs') ?? [];
    expect((await compareRuns(events, events)).steps).toEqual([]);
  });

  it('says of a check that one run has not come to that it was not reached', async () => {
    const withIt = await recorded('02-rootfs', 'private');
    const [step] = withIt.steps;
    const checks = step?.checks.map(({ with: one }) => (one ? { with: one } : {})) ?? [];
    const comparison = { ...withIt, steps: step ? [{ ...step, checks }] : [] };
    const pages = experimentPages(comparison, { skipped: [], sentences: [] }, screen(80));
    expect(pages[0]?.join('\n')).toContain('│ (not reached)');
  });
});

it('the lesson says in "Break it" what comes of each step that can be left out', async () => {
  for (const { id, load } of CATALOGUE) {
    for (const language of LANGUAGES) {
      const lesson = loadLesson(id, language);
      for (const step of (await load()).skippable) {
        const said = whatBreaks(lesson, step) ?? '';
        expect(said, `${lesson.file}: ${step}`).toMatch(/^\S.*[.?。？]$/);
        expect(said).not.toContain('--skip');
      }
    }
  }
});

describe('two runs are compared', () => {
  it('by pairs, the first of a key with the first, and what only one has alone', () => {
    const pairs = pairUp(['a1', 'b1', 'a2'], ['a3', 'c1'], (text) => text.charAt(0));
    expect(pairs).toEqual([{ with: 'a1', without: 'a3' }, { with: 'b1' }, { with: 'a2' }, { without: 'c1' }]);
  });

  it('without what is another in each run', () => {
    expect(comparable('kill(4711, SIGKILL)')).toBe(comparable('kill(815, SIGKILL)'));
    expect(comparable('PID 1')).not.toBe(comparable('PID 4711'));
  });

  it('line by line, where lines that differ only in such numbers are the same', () => {
    expect(valueRows('1001 sh\nx', '2002 sh\ny')).toEqual([
      { with: '1001 sh', without: '2002 sh' },
      { with: 'x', without: 'y' },
    ]);
    expect(valueRows('a\nb\nc\nx', 'a\nb\nc')).toEqual([
      { hidden: 3, same: true },
      { with: 'x', without: '' },
    ]);
  });
});

describe('where a step is left out, linear text', () => {
  it('says nothing of a step whose check breaks, and all of the others', async () => {
    const events = [step('broken'), check('broken', false), step('held'), check('held', true)];
    const told: LabEvent[] = [];
    for await (const event of narrateTruly(inTurn(events))) told.push(event);
    expect(told.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    expect(told.flatMap((event) => (event.type === 'step' ? [event.prose] : []))).toEqual([undefined, 'held is so.']);
  });
});

function step(id: string): LabEvent {
  return { type: 'step', id, title: id, prose: `${id} is so.` };
}

function check(step: string, held: boolean): Check {
  return { type: 'check', step, name: 'it is so', expected: 'yes', actual: held ? 'yes' : 'no', held };
}

async function* inTurn(events: readonly LabEvent[]): AsyncGenerator<LabEvent, void> {
  yield* events;
}

function isOfStep(event: LabEvent): boolean {
  return event.type === 'step' || 'step' in event;
}

function stepOf(event: LabEvent): string {
  return event.type === 'step' ? event.id : 'step' in event ? event.step : '';
}

/** Recordings of some steps may lack an end. */
function ended(events: readonly LabEvent[]): LabEvent[] {
  const rest = events.filter(({ type }) => type !== 'end');
  return [...rest, { type: 'end', id: '', status: 'held' }];
}
