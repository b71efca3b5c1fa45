import { statSync } from 'node:fs';
import { containerOf, pidInBox, startContainerIn } from '../../src/exercise/container.js';
import { type Facts, shellExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { umount2 } from '../../src/kernel/calls/index.js';
import type { Child } from '../../src/kernel/process.js';
import { shellThatStays } from '../../src/lab/script.js';
import { findMount, readMountinfo } from '../../src/procfs/mountinfo.js';
import { startTime } from '../../src/procfs/processes.js';

type Id = 'same' | 'settings' | 'interrupts';

export const holeInTheMask = shellExercise({
  id: '02-hole-in-the-mask',
  form: 'shell',
  facts: ['same', 'settings', 'interrupts'],
  wrong: { outside: 'settings', 'not-read-only': 'settings', 'half-of-it': 'interrupts', restarted: 'same' },
  async prepare(lab, box) {
    const holes = [umount2(SETTINGS, 0), umount2(INTERRUPTS, 0)];
    const container = await startContainerIn(lab, box, containerOf(lab, [...holes, shellThatStays()]));
    return { given: { PID: pidInBox(container) }, facts: factsOf(container) };
  },
});

/** All settings of the kernel, and what its devices do. */
const [SETTINGS, INTERRUPTS] = ['/proc/sys', '/proc/interrupts'];

function factsOf({ pid }: Child): Facts<Id> {
  const begun = startTime(pid);
  const mountAt = (path: string) => findMount(readMountinfo(pid), path);
  return {
    same: () => same(`/proc/${pid}/stat: starttime`, begun ?? '', startTime(pid)),
    settings: () => {
      const at = `/proc/${pid}/mountinfo: ${SETTINGS}`;
      const mount = mountAt(SETTINGS);
      return mount === undefined ? gone(at) : same(at, 'ro', mount.options[0] ?? '');
    },
    interrupts: () => {
      const at = `/proc/${pid}/mountinfo: ${INTERRUPTS}`;
      return mountAt(INTERRUPTS) === undefined ? gone(at) : same(`/proc/${pid}/root${INTERRUPTS}`, NULL, deviceAt(pid));
    },
  };
}

/** The numbers of /dev/null: null(4). */
const NULL = 'character device 1:3';

function deviceAt(pid: number): string {
  const stat = statSync(`/proc/${pid}/root${INTERRUPTS}`);
  return stat.isCharacterDevice() ? `character device ${stat.rdev >> 8}:${stat.rdev & 0xff}` : 'a file';
}
