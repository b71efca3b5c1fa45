import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { PROGRAMS, REQUIREMENTS } from '../../../src/doctor/requirements.js';
import { STATE_NEEDS } from '../../../src/doctor/state-problems.js';
import { HYBRID_ROOT } from './machines.js';

describe('the table of requirements', () => {
  it('has an entry for each lab of the catalogue, in its order, and no other', () => {
    expect(Object.keys(REQUIREMENTS)).toEqual(CATALOGUE.map(({ id }) => id));
  });

  it('wants only what the doctor looks at', () => {
    const controllers = HYBRID_ROOT.cgroups.controllers.map((name) => `${name} controller`);
    const known = [
      ...Object.keys(HYBRID_ROOT.trials),
      ...controllers,
      'cgroups',
      'rootfs',
      'state',
      'second CPU',
      'trusted attributes',
      'root',
      'subordinate ids',
      ...STATE_NEEDS,
    ];
    for (const { need } of Object.values(REQUIREMENTS).flat()) expect(known).toContain(need);
  });

  it('names only labs that there are as users of a program', () => {
    for (const { labs } of Object.values(PROGRAMS)) for (const id of labs) expect(REQUIREMENTS).toHaveProperty(id);
  });
});
