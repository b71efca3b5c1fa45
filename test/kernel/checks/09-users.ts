import { become } from '../../../labs/09-users/calls/become.js';
import { becomeOwner } from '../../../labs/09-users/calls/overlay.js';
import { BASE } from '../../../labs/09-users/steps/setup.js';
import { CLONE_NEWNET, CLONE_NEWUSER } from '../../../src/kernel/constants.js';
import { renderCall } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { shell } from '../../../src/lab/script.js';
import * as wrong from './sabotage.js';

/** Whoever is to run a program is an ordinary user of the host by then. */
const AS_USER = wrong.before(/^execve/, ...become(1000, 1000));
/** A program that prints nothing: two empty lines are what the lab waits for. */
const silent = (command: string | RegExp) => wrong.program(command, 'echo; echo');
/** newuidmap and newgidmap do what they do, and say that they have not. */
const thenFails: wrong.Fault = (spec) => ({ ...spec, calls: spec.calls.map(failing) });

function failing(call: Syscall): Syscall {
  const words = call.args[1]?.kind === 'strings' ? call.args[1].value : [];
  return /new[ug]idmap"/.test(renderCall(call)) ? shell(`${words.join(' ')}; exit 5`) : call;
}

/** Runs of lab 09 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      'root-is-root': AS_USER,
      newuser: wrong.both(
        wrong.withoutNamespace(CLONE_NEWUSER),
        wrong.both(wrong.program('cat secret', 'echo closed'), wrong.drop(/^read\(/)),
      ),
      'full-inside': wrong.both(
        wrong.program('grep CapEff', 'echo'),
        wrong.drop(/^(mknodat|settimeofday|sethostname|mount\("tmpfs")/),
      ),
      order: wrong.both(wrong.unless(/^clone/, wrong.withoutNamespace(CLONE_NEWNET)), wrong.drop(/^clone/)),
      image: wrong.both(wrong.drop(/"etc\/new"/), silent(/ls .*page/)),
      idmap: wrong.unless(/^setns/, wrong.before(/^mount\("overlay"/, ...becomeOwner({ uid: BASE, gid: BASE }))),
      volume: wrong.where(/^mount\("[^"]*volume"/, wrong.drop(/^setns/)),
      setgroups: wrong.both(wrong.drop(/^write\(.*"0 1000 1"/), wrong.drop(/^setgroups/)),
      subids: wrong.both(thenFails, wrong.drop(/^(setresuid\(33|unlinkat)/)),
      enter: wrong.unless(/^setresuid/, wrong.after(/^setns/, ...become(0, 0))),
    },
    fails: [
      'root-is-root: its uid inside',
      'root-is-root: what it reads in a file that only root of the host may read',
      'root-is-root: owner and group of its file, on the host',
      'newuser: its uid, as it is shown',
      'newuser: its capabilities before its program starts: all',
      'newuser: capabilities of its program: none',
      'newuser: chown to 0, which nobody is',
      'newuser: what it reads in a file of its user from before',
      'full-inside: capabilities of root inside: all',
      'full-inside: a name for its own UTS namespace',
      'full-inside: a tmpfs in its own mount namespace',
      'full-inside: a device node',
      'full-inside: the machine’s clock',
      'full-inside: a name for the UTS namespace of the host',
      'order: lo up, network first',
      'order: lo up, user namespace first',
      'order: lo up, both in one call',
      'image: owners of two files of the image, inside',
      'image: a new file in its /etc',
      'idmap: superblock of the same overlay, mounted by root',
      'volume: owners in a bind mount',
      'volume: a new file there',
      'setgroups: a map of one’s own group, while groups may be changed',
      'setgroups: a map of one’s own group, when groups may not be changed',
      'setgroups: leaving all groups, by root of that namespace',
      'setgroups: the file, to a member of the group',
      'setgroups: leaving all groups, where root has written the map',
      'subids: another user, with a map of one id',
      'subids: exit status of newuidmap, for ids not given to the user',
      'subids: exit status of newuidmap, for ids that are given',
      'subids: exit status of newgidmap, for ids that are given',
      'subids: its uid inside',
      'subids: owner of its file, on the host',
      'subids: rm of that file, by the user',
      'subids: rm of that file, by root of the namespace',
      'enter: uid after setns alone',
      'enter: capabilities of its program',
      'enter: its uid on the host',
    ],
  },
  {
    faults: {
      newuser: wrong.both(wrong.withoutNamespace(CLONE_NEWUSER), AS_USER),
      setgroups: wrong.drop(/^setgroups\(0/),
    },
    fails: [
      'newuser: its uid, as it is shown',
      'newuser: chown to 0, which nobody is',
      'newuser: its uid on the host, as before',
      'newuser: what it reads in a file of its user from before',
      'setgroups: leaving all groups, by root of that namespace',
      'setgroups: the file, to one who has left the group',
    ],
    // Of root that lacks some of them, as in a container.
    perhaps: ['newuser: its capabilities before its program starts: all'],
  },
];
