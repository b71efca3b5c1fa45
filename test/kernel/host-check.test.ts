import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { pidNamespaceLab } from '../../labs/01-pid-namespace.js';
import { rootfsLab } from '../../labs/02-rootfs.js';
import { overlayLab } from '../../labs/04-overlay.js';
import { runtimeLab } from '../../labs/12-runtime.js';
import { mount, setns, unshare } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import { call } from '../../src/kernel/door.js';
import { needs } from '../support/needs.js';
import { expectFailures } from './checks/each-check.js';
import { SABOTAGES_OF_THE_HOST } from './checks/host.js';
import { useLab } from './support.js';

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
