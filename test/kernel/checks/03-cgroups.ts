import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openCgroups } from '../../../src/cgroup/open.js';
import { readProcCgroup } from '../../../src/procfs/cgroups.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import * as wrong from './sabotage.js';

/** A run of lab 03 in which something is wrong. The other checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    skip: ['cpuset'],
    faults: {
      join: goThereToo,
      'memory-limit': wrong.where(/memory-free/, wrong.program('x=0123', 'ulimit -v 8000; x=0123')),
      'pids-limit': wrong.where(/echo started/, wrong.both(enterFullCgroup, wrong.program('echo', '(echo)'))),
      'cpu-weight': wrong.where(/\/light-/, wrong.program(/^while.*/, 'exec sleep 60')),
      account: wrong.both(
        wrong.program('-lt 16 ]', '-lt 1 ]'),
        wrong.program(/\ntimes$/, '\ntimes; echo 0m9.000s; sleep 60 >&- 2>&- | kill -9 $$'),
      ),
      freeze: wrong.program(/^while.*/, 'exec sleep 60'),
    },
    fails: [
      'join: tslab itself is',
      'memory-limit: without a limit it gets what it asks for: exit status',
      'pids-limit: outside, processes start as before',
      'cpuset: the processes may use this CPU only',
      'cpu-weight: with equal weights both get the same',
      'cpu-weight: with 300 against 100 they get 75:25',
      'cpu-weight: alone, the light one gets more',
      'account: its processes are all gone',
      'account: their CPU time is not: it is what they measured themselves',
      'account: nor is their peak memory',
      'freeze: but it still exists',
      'freeze: thawed, it continues',
      'host: the host is as it was before',
    ],
    perhaps: ['cpuset: together they get no more than one CPU'],
    undo: () => undo?.(),
  },
];

let undo: (() => void) | undefined;

/** Moves tslab into a cgroup of the same name beside that of the step: in that one it would be killed at the end of the step. */
function goThereToo(spec: wrong.Spec): wrong.Spec {
  const group = dirname(wrong.argumentsOf(spec, 'openat')[0] ?? '');
  const [home, other] = [ownCgroup(group), join(dirname(group), `other-${process.pid}`)];
  const inner = join(other, basename(group));
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, 'cgroup.procs'), `${process.pid}`);
  undo = () => {
    writeFileSync(join(home, 'cgroup.procs'), `${process.pid}`);
    for (const directory of [inner, other]) rmdirSync(directory);
  };
  return spec;
}

/** The directory of tslab's own cgroup in the hierarchy that another one is in. */
function ownCgroup(other: string): string {
  const { mountPoint, superOptions } =
    readMountinfo().find((one) => other.startsWith(`${one.mountPoint}/`) && /^cgroup/.test(one.fstype)) ?? {};
  const isOfIt = (controllers: readonly string[]) => controllers.some((name) => superOptions?.includes(name));
  const { path = '/' } =
    readProcCgroup('self').find(({ hierarchy, controllers }) => isOfIt(controllers) || hierarchy === 0) ?? {};
  return join(mountPoint ?? '', path);
}

/** Goes into the cgroup of the bomb, where nobody can fork any more. */
function enterFullCgroup(spec: wrong.Spec): wrong.Spec {
  const calls = openCgroups().find(`pids-limit-${process.pid}`)?.joinCalls() ?? [];
  return wrong.before(/^chroot/, ...calls)(spec);
}
