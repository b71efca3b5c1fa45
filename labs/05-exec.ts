import type { LabDefinition } from '../src/lab/definition.js';
import { enterAll } from './05-exec/all.js';
import { limitsDoNotComeAlong } from './05-exec/cgroup.js';
import { environmentStays } from './05-exec/environment.js';
import { showNamespaces } from './05-exec/namespaces.js';
import { enterSome } from './05-exec/one-by-one.js';
import { enterPid } from './05-exec/pid.js';
import { openDescriptor } from './05-exec/trap.js';

export const execLab: LabDefinition = {
  id: '05-exec',
  steps: ['namespaces', 'one-by-one', 'pid', 'all', 'no-cgroup', 'cgroup', 'environment', 'descriptor'],
  skippable: ['pid', 'all', 'cgroup', 'descriptor'],
  async run(lab) {
    await showNamespaces(lab); //        what a running container is: some inodes
    await enterSome(lab); //             setns: one namespace at a time, like nsenter -n
    await enterPid(lab); //              … but a pid namespace takes in only children
    await enterAll(lab); //              all at once, through a pidfd
    await limitsDoNotComeAlong(lab); //  the limits do not, unless one joins the cgroup too
    await environmentStays(lab); //      nor do environment and working directory
    await openDescriptor(lab); //        and what must not come along: a descriptor of the host
  },
};
