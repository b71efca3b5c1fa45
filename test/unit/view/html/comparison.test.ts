import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../../src/lab/recording.js';
import { comparisonHtml } from '../../../../src/view/html/comparison.js';
import { renderRuns } from '../../../../src/view/html/recorded.js';
import { wordsIn } from '../../../../src/view/words/index.js';
import { openedTags, textOf } from '../../../support/markup.js';

const load = (skip?: string) => loadRun('01-pid-namespace', skip) ?? [];

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
