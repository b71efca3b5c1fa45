import type { LabDefinition } from '../../src/lab/definition.js';
import { ownCgroupNamespace } from './steps/cgroup.js';
import { ownName, shareName } from './steps/host-name.js';
import { ownQueues } from './steps/mqueue.js';
import { whatStaysShared } from './steps/not-namespaced.js';
import { joinIpc } from './steps/share.js';
import { ownShm } from './steps/shm.js';
import { ownIpc, shareIpc } from './steps/system-v.js';
import { ownClocks } from './steps/time.js';

export const utsIpcLab: LabDefinition = {
  id: '07-uts-ipc',
  steps: [
    ...['shared-name', 'hostname', 'shared-ipc', 'ipc', 'mqueue', 'shm', 'share-ipc', 'time', 'cgroup-ns'],
    'not-namespaced',
  ],
  skippable: ['hostname', 'ipc', 'mqueue', 'shm', 'time', 'cgroup-ns'],
  unskippable: {
    'shared-name': 'it is hostname without the flag',
    'shared-ipc': 'it is ipc without the flag',
    'share-ipc': 'it adds no call but the one that every visitor makes',
    'not-namespaced': 'it adds no call: it shows what no namespace covers',
  },
  async run(lab) {
    await shareName(lab); //           without a UTS namespace: sethostname renames the host
    await ownName(lab); //             CLONE_NEWUTS: a host name of its own
    await shareIpc(lab); //            without an IPC namespace: a container takes the host’s messages
    await ownIpc(lab); //              CLONE_NEWIPC: other System V objects under the same keys
    await ownQueues(lab); //           … and other POSIX message queues, which are files of a mount as well
    await ownShm(lab); //              POSIX shared memory: a tmpfs, and in no IPC namespace
    await joinIpc(lab); //             two containers in one IPC namespace
    await ownClocks(lab); //           CLONE_NEWTIME: another uptime, the same date
    await ownCgroupNamespace(lab); //  CLONE_NEWCGROUP: another path, the same limits
    await whatStaysShared(lab); //     what no namespace covers
  },
};
