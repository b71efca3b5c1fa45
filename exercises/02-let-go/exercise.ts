import { type ListStage, listExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { chdir, chroot } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { stayAfter } from '../../src/lab/script.js';
import { fileId } from '../../src/procfs/file-id.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';

export const letGo = listExercise({
  id: '02-let-go',
  form: 'list',
  facts: ['root', 'one-mount', 'breakout'],
  wrong: { chroot: 'one-mount', 'not-detached': 'calls' },
  prepare: (lab): ListStage<'root' | 'one-mount' | 'breakout'> => ({
    given: { root: lab.rootfs.path },
    async run(calls) {
      const child = await contained(lab, calls);
      return {
        root: () => rootOf(lab, child),
        'one-mount': () => same(`lines of /proc/${child.pid}/mountinfo`, 1, readMountinfo(child.pid).length),
        breakout: async () => rootOf(lab, await lab.folded(() => contained(lab, [...calls, ...BREAKOUT]))),
      };
    },
  }),
});

/** The way out of a chroot that lab 02 shows. */
const BREAKOUT = [chroot('tmp'), chdir('../'.repeat(16)), chroot('.')];

function contained(lab: Lab, calls: readonly Syscall[]): Promise<Child> {
  return stayAfter(lab, { namespaces: CLONE_NEWNS, calls });
}

function rootOf(lab: Lab, { pid }: Child) {
  return same(`/proc/${pid}/root`, fileId(lab.rootfs.path), fileId(`/proc/${pid}/root/`));
}
