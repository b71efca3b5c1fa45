import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pidNamespaceLab } from '../../labs/01-pid-namespace/lab.js';
import { rootfsLab } from '../../labs/02-rootfs/lab.js';
import { overlayLab } from '../../labs/04-overlay/lab.js';
import { volumesLab } from '../../labs/06-volumes/lab.js';
import { runtimeLab } from '../../labs/12-runtime/lab.js';
import { call } from '../../src/kernel/call.js';
import { mount, umount2 } from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { needs } from '../support/needs.js';
import { useOwnMounts } from '../support/own-mounts.js';
import { expectFailures } from './checks/each-check.js';
import { SABOTAGES_OF_THE_HOST } from './checks/host.js';
import { tell, useLab } from './support.js';

// The real host stays clean: this process plays it.
useOwnMounts();

describe.each([pidNamespaceLab, rootfsLab, overlayLab, runtimeLab])(
  'the comparison of the host in lab $id',
  (definition) => {
    const lab = useLab(definition);

    it('sees what was left or changed there', async (test) => {
      needs(test, 'root');
      const run = SABOTAGES_OF_THE_HOST[definition.id];
      if (run) await expectFailures(lab, run);
    });
  },
);

describe('lab 06-volumes on a file system that the host has mounted nosuid and nodev', () => {
  it('keeps both where it makes a mount read-only: in a user namespace they could not be dropped', async (test) => {
    needs(test, 'root');
    const state = mkdtempSync(join(tmpdir(), 'tslab-flags-'));
    call(mount('flags', state, 'tmpfs', k.MS_NOSUID | k.MS_NODEV, null));
    process.env.TSLAB_STATE = state;
    const told = await tell(volumesLab);
    call(umount2(state, 0));
    rmdirSync(state);
    expect(told.broken).toEqual([]);
    const [volume] = told.seen('remount', /mountinfo$/);
    expect(volume?.value).toMatch(/ \/data ro,nosuid,nodev,/);
  });
});
