import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute and more, though they are short: whatever came last would leave one CPU idle meanwhile. */
const LONG =
  /\/(exercises|lesson-commands|left-behind|rootless-run|published|build-kinds|death|stress|at-once|sigkill|[a-z]+-killed)\.test\.ts$/;

/** Vitest begins with the largest files where it does not know how long they took; here these come before. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(LONG.test(b.moduleId)) - Number(LONG.test(a.moduleId)));
  }
}
