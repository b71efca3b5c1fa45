import type { LabDefinition } from '../../src/lab/definition.js';
import { nestedNamespace, newPidNamespace, plainClone, unshareIsForChildren } from './steps/clone.js';
import { initDies, orphansGoToInit, signalsToInit } from './steps/pid-one.js';
import { psShowsTheContainer, psShowsTheHost } from './steps/ps.js';
import { orphansBecomeZombies } from './steps/zombies.js';

export const pidNamespaceLab: LabDefinition = {
  id: '01-pid-namespace',
  steps: [
    ...['clone', 'clone-newpid', 'old-proc', 'mount-proc', 'nested'],
    ...['signals', 'orphans', 'zombies', 'init-dies', 'unshare'],
  ],
  skippable: ['clone-newpid', 'mount-proc', 'nested', 'zombies', 'unshare'],
  unskippable: {
    clone: 'it is clone-newpid without the flag',
    'old-proc': 'it is mount-proc without the mount',
    signals: 'it adds no call: a PID 1 is like that',
    orphans: 'it adds no call: a PID 1 is like that',
    'init-dies': 'it adds no call: a PID 1 is like that',
  },
  async run(lab) {
    await plainClone(lab); //           a child in the same namespace: one pid
    await newPidNamespace(lab); //      the same child with two pids
    await psShowsTheHost(lab); //       ps with the host’s /proc …
    await psShowsTheContainer(lab); //  … until /proc is mounted anew
    await nestedNamespace(lab); //      one process, three pids
    await signalsToInit(lab); //        PID 1 is special: kill -9 1
    await orphansGoToInit(lab); //      PID 1 is special: it adopts …
    await orphansBecomeZombies(lab); // … and must wait for what it adopted
    await initDies(lab); //             PID 1 is special: when it dies, all die
    await unshareIsForChildren(lab); // unshare() changes only what comes later
  },
};
