import { closeSync, mkdtempSync, openSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pidNamespaceLab } from '../../labs/01-pid-namespace/lab.js';
import { rootfsLab } from '../../labs/02-rootfs/lab.js';
import { overlayLab } from '../../labs/04-overlay/lab.js';
import { volumesLab } from '../../labs/06-volumes/lab.js';
import { runtimeLab } from '../../labs/12-runtime/lab.js';
import { call } from '../../src/kernel/call.js';
import { mount, setns, umount2, unshare } from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { needs } from '../support/needs.js';
import { expectFailures } from './checks/each-check.js';
import { SABOTAGES_OF_THE_HOST } from './checks/host.js';
import { tell, useLab } from './support.js';

const isRoot = process.geteuid?.() === 0;

const before: number[] = [];

/** The real host stays clean: this process has mounts and a host name to itself meanwhile, and plays it. */
beforeAll(() => {
  if (!isRoot) return;
  before.push(...['mnt', 'uts'].map((kind) => openSync(`/proc/self/ns/${kind}`, 'r')));
  call(unshare(k.CLONE_NEWNS | k.CLONE_NEWUTS));
  call(mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null));
});

afterAll(() => {
  const directory = process.cwd();
  for (const fd of before.splice(0)) {
    call(setns(fd, 0));
    closeSync(fd);
  }
  process.chdir(directory); // setns(2) goes to the root
});

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
