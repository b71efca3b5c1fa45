import { mountProc } from '../../../labs/01-pid-namespace/calls/proc.js';
import { bindSelf, detachOldRoot } from '../../../labs/02-rootfs/calls/root.js';
import { mkdir, mount, pivotRoot } from '../../../src/kernel/calls/index.js';
import * as wrong from './sabotage.js';

/** Runs of lab 02 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      chroot: wrong.drop(/^chroot/),
      breakout: wrong.drop(/^chdir\("\.\.\//),
      shared: wrong.drop(/MS_SHARED/),
      private: wrong.drop(/^mount\("made-inside"/),
      'pivot-einval': wrong.both(wrong.unless(/MS_SHARED/, bindTheRoot), wrong.drop(/MS_SHARED/)),
      pivot: wrong.drop(/^pivot_root/),
      'mount-dev': wrong.unless(
        /^mount\("tmpfs", "dev"/,
        wrong.replace(/^pivot_root/, ...somethingInDev(), pivotRoot('.', '.')),
      ),
      'mount-proc': wrong.unless(/^mount\("proc"/, wrong.before(/^execve/, ...mountProc())),
    },
    fails: [
      'chroot: its root is our directory',
      'breakout: its root is the host’s root',
      'shared: a mount made inside has leaked',
      'private: a mount made inside is there',
      'pivot-einval: into a directory that is not a mount point',
      'pivot-einval: into a mount point whose parent is shared',
      'pivot: its root is our directory',
      'pivot: but .. leads to the old root',
      'mount-dev: without it, /dev is empty',
      'mount-proc: without it, /proc is an empty directory',
    ],
  },
  {
    faults: { pivot: wrong.before(/^execve/, ...detachOldRoot()) },
    fails: ['pivot: but .. leads to the old root', 'pivot: and its mount table holds the host’s mounts'],
  },
];

/** Makes the directory a mount point, which the step leaves out on purpose. */
function bindTheRoot(spec: wrong.Spec): wrong.Spec {
  const root = wrong.argumentsOf(spec, 'chdir')[0] ?? '';
  return wrong.before(/^chdir/, ...bindSelf(root))(spec);
}

function somethingInDev() {
  return [mount('tmpfs', 'dev', 'tmpfs', 0, null), mkdir('dev/disk', 0o755)];
}
