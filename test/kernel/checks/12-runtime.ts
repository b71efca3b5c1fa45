import { mountProc, privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import { shiftClocks } from '../../../labs/07-uts-ipc/calls/clock.js';
import { chroot, getpid, open, unshare } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import * as wrong from './sabotage.js';

/** A run of lab 12 in which something is wrong. The checks of the parts fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      plain: wrong.both(wrong.withNamespace(k.CLONE_NEWIPC), enterImage),
      pid: wrong.both(wrong.withNamespace(k.CLONE_NEWNS), wrong.before(/^execve/, ...privateMounts(), ...mountProc())),
      net: wrong.where(/^connect/, wrong.before(/^socket/, unshare(k.CLONE_NEWNET))),
      cgroup: wrong.replace(/^unshare\(CLONE_NEWCGROUP/, getpid()),
      list: wrong.before(/^umask/, ...shiftClocks({ monotonic: 1000, boottime: 1000 })),
      exec: wrong.where(
        /^setns/,
        wrong.both(
          wrong.withoutFlag(/^setns/, 'CLONE_NEWIPC', k.CLONE_NEWIPC),
          wrong.replace(/^openat\(.*cgroup\.procs"|^openat\(.*tasks"/, open('/dev/null', k.O_WRONLY)),
        ),
      ),
    },
    fails: [
      'plain: namespaces of its own',
      'plain: its root is the host’s',
      'pid: but what it sees is still',
      'cgroup: its cgroup namespace',
      'cgroup: what it reads as the path of its cgroup',
      'net: who is at the other end: refused by a kernel',
      'exec: namespaces in which they are apart',
      'exec: the limits hold for the visitor',
      'list: its clocks',
    ],
  },
];

function enterImage(spec: wrong.Spec): wrong.Spec {
  return wrong.before(/^execve/, chroot(ensureRootfs().path))(spec);
}
