import type { LabDefinition } from '../../src/lab/definition.js';
import { breakOut, changeRoot } from './steps/chroot.js';
import { devStep, maskStep, procStep, sysStep } from './steps/mounts.js';
import { breakOutAgain, detachStep, pivotFails, pivotStep, tableStep } from './steps/pivot.js';
import { privateMountStays, sharedMountLeaks } from './steps/shared-mounts.js';

export const rootfsLab: LabDefinition = {
  id: '02-rootfs',
  steps: [
    ...['chroot', 'breakout', 'shared', 'private', 'pivot-einval', 'pivot', 'umount-old-root', 'breakout-again'],
    ...['mount-dev', 'mount-proc', 'mount-sys', 'mask', 'table'],
  ],
  skippable: ['private', 'umount-old-root', 'mount-dev', 'mount-proc', 'mount-sys', 'mask'],
  unskippable: {
    chroot: 'it is what breakout gets out of',
    breakout: 'its calls are the attack',
    shared: 'it is private without the call',
    'pivot-einval': 'its calls are those that the kernel refuses',
    pivot: 'all steps after it stand on its pivot_root',
    'breakout-again': 'its calls are the attack',
    table: 'it adds no call: it looks at what the steps before have made',
  },
  async run(lab) {
    await changeRoot(lab); //         chroot: another / for one process
    await breakOut(lab); //           three calls lead root out again
    await sharedMountLeaks(lab); //   a mount made inside shows up outside
    await privateMountStays(lab); //  … unless propagation is switched off
    await pivotFails(lab); //         pivot_root says EINVAL: what it requires
    await pivotStep(lab); //          pivot_root: another / for the whole namespace
    await detachStep(lab); //         … and the old root is unmounted
    await breakOutAgain(lab); //      the same three calls lead nowhere
    await devStep(lab); //            what a root needs: /dev,
    await procStep(lab); //           /proc,
    await sysStep(lab); //            /sys,
    await maskStep(lab); //           masks: less of what belongs to the one kernel
    await tableStep(lab); //          what all that looks like from outside
  },
};
