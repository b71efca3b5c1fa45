import { describe, expect, it } from 'vitest';
import { cgroupsLab } from '../../labs/03-cgroups/lab.js';
import type { LabDefinition } from '../../src/lab/definition.js';
import { expectExperiment } from './checks/experiment.js';
import { lookAtHost, tell, useLab } from './support.js';

/** Long enough for what is measured to differ. */
const FLAGS = { seconds: '0.5' };
const brief: LabDefinition = { ...cgroupsLab, run: (lab, flags) => cgroupsLab.run(lab, { ...flags, ...FLAGS }) };

/** The tests of each other lab compare their own runs without a step. */
describe('lab 03-cgroups with and without', () => {
  const lab = useLab(brief);

  it.each(brief.skippable)('%s: shows the call that makes the difference, and the checks of both', async (step) => {
    const without = await tell(brief, [step]);
    expect(lookAtHost(lab.root)).toEqual(lab.before);
    await expectExperiment({ lab: brief.id, step, told: lab.told.events, without: without.events });
    expect(without.end.failed).toHaveLength(without.broken.length);
  });
});
