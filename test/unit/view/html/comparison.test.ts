import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../../src/lab/recording.js';
import { compareRuns } from '../../../../src/view/experiment/runs.js';
import { comparisonHtml } from '../../../../src/view/html/comparison.js';
import type { Fragment } from '../../../../src/view/html/events/index.js';
import { experimentToHtml } from '../../../../src/view/html/experiment.js';
import { renderRuns } from '../../../../src/view/html/recorded.js';
import { wordsIn } from '../../../../src/view/words/index.js';
import { openedTags, textOf } from '../../../support/markup.js';

const load = (skip?: string) => loadRun('01-pid-namespace', skip) ?? [];

describe('a run with a step left out, while it goes on', () => {
  it('is told as fragments: steps as they come, behind each what differs, at the end what came of it', async () => {
    const told = { skipped: ['clone-newpid'], sentences: ['The child says `the same`.'] };
    const fragments: Fragment[] = [];
    const without = load().map((event) =>
      event.type === 'check' && event.step === 'clone-newpid' ? { ...event, held: false } : event,
    );
    for await (const one of experimentToHtml({ withIt: load(), told }, without, 'en')) fragments.push(one);
    const at = fragments.findIndex(({ type }) => type === 'change');
    expect(fragments[at - 1]).toMatchObject({ type: 'step', step: 'clone-newpid' });
    expect(fragments.filter(({ type }) => type === 'change').map(({ step }) => step)).toEqual(['clone-newpid']);
    expect(textOf(fragments.at(-1)?.html ?? '')).toMatch(
      /Without clone-newpid 3 of 22 checks break; with it all 22 checks hold\.\s+10 other steps[\s\S]*The child says the same\./,
    );
    expect(() => openedTags(fragments.map(({ html }) => html).join(''))).not.toThrow();
  });

  it('ends with the steps that it has not come to', async () => {
    const [first, ...rest] = load();
    const cut = rest.findIndex((event) => event.type === 'step' && event.id === 'old-proc');
    const without = [first, ...rest.slice(0, cut), ...rest.slice(-1)].filter((event) => event !== undefined);
    const { steps } = await compareRuns(load(), without);
    expect(steps.map(({ step }) => step.id)).toContain('old-proc');
    expect(steps[0]?.checks.every((pair) => pair.without === undefined)).toBe(true);
  });
});

describe('a recorded run with a step left out', () => {
  it('stands beside the run with it: the missing call struck through, the checks of both', async () => {
    const steps = await comparisonHtml(load(), load('clone-newpid'), wordsIn('en'));
    const told = steps.get('clone-newpid') ?? '';
    expect(() => openedTags(told)).not.toThrow();
    expect(told).toMatch(/<th scope="col">with<\/th><th scope="col">without<\/th>/);
    expect(told).toMatch(/⊘<\/span> <s><code>clone\(/);
    expect(textOf(told)).toMatch(/✓ held[\s\S]*✗ failed/);
  });

  it('is what a page shows of it', async () => {
    const recorded = await renderRuns(['clone-newpid'], load, 'zh');
    expect(recorded('clone-newpid', 'clone-newpid').text).toContain('<table class="experiment">');
  });

  it('is told alone where there is no run to compare it with', async () => {
    const recorded = await renderRuns(['clone-newpid'], (skip) => (skip ? load(skip) : undefined), 'en');
    expect(recorded('clone-newpid', 'clone-newpid').text).toContain('class="check');
  });
});
