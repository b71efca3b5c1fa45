import { capset } from '../../../src/kernel/calls/index.js';
import * as wrong from './sabotage.js';

const NOTHING = capset(0n, 0n, 0n);

/** Runs of lab 10 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      breakout: wrong.both(wrong.drop(/^mount\("cgroup"/), wrong.drop(/^read\(/)),
      capabilities: wrong.drop(/^read\(.*\b15\)$/),
      table: wrong.drop(/^capset/),
      user: wrong.drop(/^(capset|prctl|setresuid)/),
      'no-new-privs': wrong.drop(/^fchmodat\(.*"\/tmp\/waits"/),
      seccomp: wrong.both(wrong.before(/^unshare/, NOTHING), wrong.drop(/^clone3/)),
      'seccomp-last': wrong.drop(/^seccomp/),
      devices: wrong.both(
        wrong.drop(/^read\(/),
        wrong.argument(/^openat.*"\/dev\/null", O_RDWR/, '/dev/null', '/dev/nil'),
      ),
    },
    fails: [
      'breakout: a hierarchy of cgroups, mounted by root of the container',
      'breakout: uid of the script that the kernel runs outside',
      'breakout: what it reads of a disk of the host',
      'capabilities: what it still reads of the disk',
      'table: calls that the kernel refuses without the capability',
      'user: effective set of root, before execve',
      'user: effective set of its program',
      'user: effective set of user 1000, before execve',
      'user: effective set of that user’s program',
      'user: its bounding set',
      'user: port 80, for user 1000',
      'no-new-privs: effective uid of a set-uid program that user 1000 starts',
      'seccomp: unshare, without a filter',
      'seccomp: clone3, without a filter',
      'seccomp: clone3, with the filter',
      'seccomp-last: capabilities first, then the filter',
      'seccomp-last: the filter first, then capabilities',
      'seccomp-last: the filter last, and execve does the rest',
      'devices: what it reads of the disk, without rules',
      'devices: /dev/null, which a rule names',
    ],
  },
  {
    faults: { table: wrong.replace(/^capset/, NOTHING), user: wrong.drop(/^write\(\d*.*"0"/) },
    fails: [
      'table: calls that it makes with that capability alone',
      'user: port 80, with the setting that Docker makes',
    ],
  },
];
