import { openCgroups } from '../../../src/cgroup/open.js';
import { clone } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWIPC } from '../../../src/kernel/constants.js';
import * as wrong from './sabotage.js';

/** Runs of lab 05 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      namespaces: wrong.withoutNamespace(CLONE_NEWIPC),
      'one-by-one': wrong.drop(/^setns/),
      pid: wrong.unless(/^clone/, wrong.after(/^setns/, clone(0))),
      'no-cgroup': wrong.where(/^setns/, joinToo),
      environment: wrong.where(
        /COLOUR=\$COLOUR/,
        wrong.both(wrong.drop(/^chdir/), wrong.unless(/"\/tmp"/, wrong.program('$COLOUR', 'red'))),
      ),
      descriptor: wrong.drop(/^chdir\("\/proc\/self\/fd\/100/),
    },
    fails: [
      'namespaces: namespaces that it shares with tslab',
      'one-by-one: net is all that it shares with the container',
      'one-by-one: uts is all that it shares with the container',
      'one-by-one: its host name',
      'one-by-one: mnt is all that it shares with the container',
      'one-by-one: its files',
      'pid: setns alone: one pid, as before',
      'no-cgroup: the visitor is in another cgroup',
      'no-cgroup: it starts twice as many as the container may have',
      'no-cgroup: processes counted in its pid namespace',
      'no-cgroup: processes that the cgroup counts',
      'environment: setns brings neither along',
      'environment: the visitor has to bring them',
      'descriptor: an open directory of the host leads out',
    ],
    perhaps: ['one-by-one: its network links'],
  },
  {
    faults: { pid: wrong.unless(/^clone/, wrong.drop(/^setns/)) },
    fails: ['pid: but its children would be inside'],
  },
];

function joinToo(spec: wrong.Spec): wrong.Spec {
  const calls = openCgroups().find(`05-exec-${process.pid}`)?.joinCalls() ?? [];
  return wrong.before(/^setns/, ...calls)(spec);
}
