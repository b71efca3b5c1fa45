import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { featureOf } from './needs.js';

/**
 * Says at the end of a run what was skipped and why. In CI a skip fails the run, unless its reason names a feature that
 * this machine really lacks. Counts are added to the file that TSLAB_TALLY names, one run a line.
 */
export default class SkipReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    for (const test of skipped) console.log(`skipped: ${test.fullName}: ${reasonOf(test) || 'no reason given'}`);
    writeTally(tests);
    if (process.env.CI) refuseGroundless(skipped);
  }
}

/** What the test said as it was skipped; tests that are skipped as a group carry the reason in their name. */
function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note ?? /\(skipped (.*)\)/.exec(test.fullName)?.[1] ?? '';
}

function writeTally(tests: readonly TestCase[]): void {
  if (!process.env.TSLAB_TALLY) return;
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  appendFileSync(process.env.TSLAB_TALLY, `${count('passed')} ${count('failed')} ${count('skipped')}\n`);
}

function refuseGroundless(skipped: readonly TestCase[]): void {
  const groundless = skipped.filter((test) => featureOf(reasonOf(test))?.present() ?? true);
  if (groundless.length === 0) return;
  console.error(`${groundless.length} skipped although this machine lacks nothing that test/support/needs.ts knows:`);
  for (const test of groundless) console.error(`  ${test.fullName}`);
  process.exitCode = 1;
}
