import { beforeEach, describe, expect, it } from 'vitest';
import { HOST_STEP } from '../../../src/lab/host.js';
import { needs } from '../../support/needs.js';
import { inWords, type LabUnderTest, lookAtHost, tell } from '../support.js';
import { SABOTAGES_OF_THE_HOST } from './host.js';
import { type Run, sabotageOf } from './sabotage.js';

/**
 * Sees each check of a lab fail: in one of these runs, in which something is wrong, or without one of its steps, which
 * other tests leave out (`without`: the checks that fail then, by step). A check that always holds would prove nothing.
 */
export function eachCheckIsSeenToFail(
  lab: LabUnderTest,
  runs: readonly Run[],
  without: Readonly<Record<string, readonly string[]>>,
): void {
  describe(`each check of lab ${lab.definition.id}`, () => {
    beforeEach((test) => needs(test, 'root'));

    it.each(runs.map((run, i) => [i + 1, run] as const))('fails where it should, in run %i', (_, run) =>
      expectFailures(lab, run),
    );

    it('is seen to fail: the list of them is whole', () => {
      const ofTheHost = SABOTAGES_OF_THE_HOST[lab.definition.id]?.fails ?? [];
      const seen = [
        ...ofTheHost,
        ...runs.flatMap(({ fails, perhaps = [] }) => [...fails, ...perhaps]),
        ...Object.values(without).flat(),
      ];
      const all = lab.told.checks.map(inWords);
      expect(all.filter((check) => !check.startsWith(`${HOST_STEP}: `) && !seen.includes(check))).toEqual([]);
      const missing = seen.filter((check) => !all.includes(check) && !MAY_BE_MISSING.some((one) => one.test(check)));
      expect(missing.filter((check) => isPossible(lab, check))).toEqual([]);
    });
  });
}

/** What a kernel may not count (`memory.peak` on v2 before Linux 5.19), a controller that is not there, a host with no link but `lo`. */
const MAY_BE_MISSING = [/^memory-limit: it never had more/, /^account: nor is the most memory/, /^cgroup: its limit/];

/** Whether the step of a check was not left out for what this machine lacks. */
function isPossible({ told }: LabUnderTest, check: string): boolean {
  return !told.steps.some(({ id, impossible }) => impossible && check.startsWith(`${id}: `));
}

/** Fails unless these checks do not hold, no others, and the host is clean. What a machine lacks has no check. */
export async function expectFailures(lab: LabUnderTest, run: Run): Promise<void> {
  const { broken, end } = await tell(lab.definition, run.skip, sabotageOf(run)).finally(run.undo);
  expect(end.why).toBeUndefined();
  const expected = run.fails.filter((check) => lab.told.checks.map(inWords).includes(check));
  const surely = broken.filter((check) => !run.perhaps?.includes(check));
  expect(surely.toSorted()).toEqual(expected.toSorted());
  expect(lookAtHost(lab.root)).toEqual(lab.before);
}
