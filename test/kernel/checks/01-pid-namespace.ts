import { execInit } from '../../../labs/01-pid-namespace/calls/init.js';
import { mountProc } from '../../../labs/01-pid-namespace/calls/proc.js';
import { getpid } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWPID } from '../../../src/kernel/constants.js';
import { ENVIRONMENT } from '../../../src/lab/script.js';
import * as wrong from './sabotage.js';

/** Runs of lab 01 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      clone: wrong.withNamespace(CLONE_NEWPID),
      'old-proc': wrong.before(/^execve/, ...mountProc()),
      // Nobody is killed: the inner one ends first, by itself.
      nested: wrong.both(
        wrong.replace(/^kill/, getpid()),
        wrong.unless(/^setns/, wrong.program('sleep 3600', 'sleep 2')),
        wrong.where(/^setns/, wrong.program('sleep 3600', 'sleep 1')),
      ),
      // Init ends by itself, as if it had been killed, and tslab kills nobody.
      signals: wrong.both(
        wrong.program('kill says \\$?"; echo', 'kill says \\$?"; exit; echo'),
        wrong.replace(/^kill/, getpid()),
      ),
      orphans: wrong.both(
        wrong.program('/proc/$orphan/', '/proc/1/'),
        wrong.program(/exec sleep 3600$/, 'sleep 3600 & exec sleep 3600'),
      ),
      zombies: wrong.unless(/^memfd_create/, underInit),
      'init-dies': wrong.program('sleep 3600 & echo', 'echo'),
      unshare: wrong.withNamespace(CLONE_NEWPID),
    },
    fails: [
      'clone: without a flag it has one pid, and both say so',
      'old-proc: ps inside still sees the host',
      'nested: when the outer init died, the inner one died',
      'signals: kill -9 1 from inside does nothing',
      'signals: even SIGTERM from the host does nothing: init has no handler for it',
      'signals: SIGKILL from the host does end it',
      'orphans: init has adopted the orphan',
      'orphans: the host says so too: init has one child',
      'zombies: it has ended and is still there: a zombie',
      'zombies: ps inside lists it under its pid',
      'init-dies: four processes were inside',
      'unshare: the caller keeps its pid',
    ],
  },
  {
    faults: {
      'init-dies': wrong.both(
        wrong.withoutNamespace(CLONE_NEWPID),
        wrong.drop(/^mount\("proc"/),
        wrong.program('sleep 3600', 'sleep 1'),
      ),
    },
    fails: ['init-dies: four processes were inside', 'init-dies: who is left when init has been killed'],
  },
];

/** A process with the lab's init above it. */
function underInit(spec: wrong.Spec): wrong.Spec {
  const argv = spec.calls.find(({ name }) => name === 'execve')?.args[1];
  if (argv?.kind !== 'strings') return spec;
  return wrong.replace(/^execve/, ...execInit(['/bin/sh'], argv.value, ENVIRONMENT))(spec);
}
