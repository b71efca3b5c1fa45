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
    await shareName(lab); //           a container renames the host
    await ownName(lab); //             a UTS namespace: two names
    await shareIpc(lab); //            a container takes the host's messages
    await ownIpc(lab); //              an IPC namespace: other objects under the same keys
    await ownQueues(lab); //           … whose POSIX queues are files of a mount as well
    await ownShm(lab); //              POSIX shared memory is a mount, and nothing but that
    await joinIpc(lab); //             two containers in one IPC namespace
    await ownClocks(lab); //           a time namespace: uptime, and not the time
    await ownCgroupNamespace(lab); //  a cgroup namespace: the path, and not the limits
    await whatStaysShared(lab); //     what there is no namespace for
  },
};
