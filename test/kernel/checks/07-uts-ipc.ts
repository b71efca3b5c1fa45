import { KEY } from '../../../labs/07-uts-ipc/calls/objects.js';
import { CLONE_NEWIPC, CLONE_NEWNET, O_CREAT, O_RDWR } from '../../../src/kernel/constants.js';
import { mqOpen } from '../../../src/kernel/ipc/mqueue.js';
import { IPC_CREAT, msgget } from '../../../src/kernel/ipc/system-v.js';
import * as wrong from './sabotage.js';

/** Runs of lab 07 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      'shared-name': wrong.drop(/^sethostname\("leaked"/),
      hostname: wrong.both(
        wrong.drop(/^set(hostname\("box"|domainname)/),
        wrong.argument(/osrelease/, 'osrelease', 'ostype'),
      ),
      'shared-ipc': wrong.both(wrong.drop(/^semget\(.*IPC_CREAT/), wrong.drop(/^(msgsnd|semget|semctl|msgctl)/)),
      ipc: wrong.both(wrong.before(/^msgget\(\w+, 0\)/, msgget(KEY, IPC_CREAT | 0o600)), wrong.drop(/^semget/)),
      mqueue: wrong.both(
        wrong.argument(/^mq_open\("q", O_RDWR\|O_CREAT/, /^q$/, 'p'),
        wrong.before(/^mq_open\("q", O_RDWR,/, mqOpen('q', O_CREAT | O_RDWR, 0o600)),
      ),
      shm: wrong.argument(/counter/, 'counter', 'other'),
      'share-ipc': wrong.drop(/^setns\(\d+, CLONE_NEWIPC\)/),
      time: wrong.program('date +%s', 'echo 0'),
      'cgroup-ns': wrong.both(wrong.drop(/"0", 1\)/), wrong.drop(/^mount\("cgroup"/)),
      'not-namespaced': wrong.both(
        wrong.withoutNamespace(CLONE_NEWNET),
        wrong.program(/^cat .*/, 'echo a; echo b; echo c; echo 0; exec sleep 3600'),
      ),
    },
    fails: [
      'shared-name: the host’s name, after a container set its own',
      'hostname: the host name inside',
      'hostname: the domain name inside',
      'hostname: the kernel’s release inside, the same as the host’s',
      'shared-ipc: the host’s IPC objects',
      'shared-ipc: the message that the container takes from the host’s queue',
      'shared-ipc: what the container leaves of the host’s IPC objects',
      'ipc: the host’s key, looked up inside',
      'ipc: the container’s IPC objects',
      'ipc: the host’s IPC objects, after that',
      'mqueue: the queue by its name, in an IPC namespace of its own',
      'mqueue: the message, by the path of the host’s mount',
      'shm: segments of the host that an IPC namespace does not hide',
      'share-ipc: the second’s IPC namespace, the same as the first’s',
      'share-ipc: the message of the first, received by the second',
      'share-ipc: the first’s queue, after the first has ended',
      'time: wall clock, in days ahead',
      'cgroup-ns: the container’s cgroup, as it reads it: the host’s path',
      'cgroup-ns: the root of a cgroup mount of its own',
      'not-namespaced: namespaces that the container shares with tslab',
      'not-namespaced: release of the kernel, the same as the host’s',
      'not-namespaced: boot id, the same as the host’s',
      'not-namespaced: memory, the same as the host’s',
      'not-namespaced: wall clock, inside and outside',
    ],
    // Of a process that is in the cgroup of tslab, and of whether that is the root.
    perhaps: ['cgroup-ns: the root of the host’s cgroup mount'],
  },
  {
    faults: { 'share-ipc': wrong.withoutFlag(/^clone/, 'CLONE_NEWIPC', CLONE_NEWIPC) },
    fails: ['share-ipc: processes in that namespace when both have ended'],
  },
];
