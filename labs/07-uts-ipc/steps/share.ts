import { clone, exitGroup, setns } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWIPC, CLONE_NEWUTS } from '../../../src/kernel/constants.js';
import { messageText } from '../../../src/kernel/ipc/system-v.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { createObjects, takeMessage } from '../calls/objects.js';
import { newContainer, newHost } from './setup.js';

// #region share
export async function joinIpc(lab: Lab): Promise<void> {
  await lab.step('share-ipc');
  const host = await newHost(lab);
  const first = await newContainer(lab, host, CLONE_NEWIPC, createObjects('hello'));
  const received = Buffer.alloc(64);
  const second = await lab.visit(first.process, (pidfd, own) => [
    setns(pidfd, CLONE_NEWIPC | own),
    clone(CLONE_NEWUTS),
    ...takeMessage(received),
    shellThatStays(),
  ]);
  // #endregion
  const shared = readNamespace(first.process.pid, 'ipc');
  await lab.observe('during', observed('host', `/proc/${first.process.pid}/ns/ipc`, `ipc:[${shared}]`));
  const own = `ipc:[${readNamespace(second.pid, 'ipc')}]`;
  await lab.observe('during', observed('host', `/proc/${second.pid}/ns/ipc`, own), second);
  await lab.check('the second’s IPC namespace, the same as the first’s', `ipc:[${shared}]`, own);
  await lab.check('the message of the first, received by the second', 'hello', messageText(received));
  await lab.kill(first.process);
  const again = await lab.folded(() =>
    lab.visit(second, (pidfd, own) => [setns(pidfd, CLONE_NEWIPC | own), ...takeMessage(received), exitGroup(0)]),
  );
  const queue = again.trace().find(({ call }) => call.name === 'msgget')?.result ?? -1n;
  await lab.check('the first’s queue, after the first has ended', 'there', queue >= 0n ? 'there' : 'gone');
  await lab.kill(second);
  const left = listProcesses().filter(({ pid }) => readNamespace(pid, 'ipc') === shared);
  await lab.check('processes in that namespace when both have ended', 0, left.length);
}
