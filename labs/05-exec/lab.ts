import type { LabDefinition } from '../../src/lab/definition.js';
import { enterAll } from './steps/all.js';
import { limitsDoNotComeAlong } from './steps/cgroup.js';
import { openDescriptor } from './steps/descriptor.js';
import { environmentStays } from './steps/environment.js';
import { showNamespaces } from './steps/namespaces.js';
import { enterSome } from './steps/one-by-one.js';
import { enterPid } from './steps/pid.js';

export const execLab: LabDefinition = {
  id: '05-exec',
  steps: ['namespaces', 'one-by-one', 'pid', 'all', 'no-cgroup', 'cgroup', 'environment', 'descriptor'],
  skippable: ['pid', 'all', 'cgroup', 'descriptor'],
  unskippable: {
    namespaces: 'it adds no call: it looks at a container',
    'one-by-one': 'it is all, with some of the flags',
    'no-cgroup': 'it is cgroup without the call',
    environment: 'it adds no call: it shows what does not come along',
  },
  async run(lab) {
    await showNamespaces(lab); //        the namespaces of a running container: inodes
    await enterSome(lab); //             setns: one namespace at a time, like nsenter -n
    await enterPid(lab); //              … but a pid namespace takes in only children
    await enterAll(lab); //              all at once, through a pidfd
    await limitsDoNotComeAlong(lab); //  without its limits, unless it joins the cgroup too
    await environmentStays(lab); //      without its environment and working directory
    await openDescriptor(lab); //        and what must be closed: a descriptor of the host
  },
};
