import { close, open, write } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWIPC, CLONE_NEWUTS, O_CLOEXEC, O_WRONLY } from '../../../src/kernel/constants.js';
import { messageText } from '../../../src/kernel/ipc/system-v.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { createObjects, removeObjects, takeMessage } from '../calls/objects.js';
import { fileIn, objectsOf } from './look.js';
import { inside, type Node, newContainer, newHost } from './setup.js';

const MESSAGE = 'hello';
/** Room for a struct msgbuf with a short text. */
const ROOM = 64;

// #region shared
export async function shareIpc(lab: Lab): Promise<void> {
  await lab.step('shared-ipc');
  const host = await newHost(lab);
  await inside(lab, host, createObjects(MESSAGE));
  const before = await lab.observe('before', await objectsOf(lab, host));
  await lab.check('the host’s IPC objects', 'msg 1, sem 1, shm 1', before);
  const stolen = Buffer.alloc(ROOM);
  const calls = [...takeMessage(stolen), ...removeObjects()];
  const { process } = await newContainer(lab, host, CLONE_NEWUTS, calls);
  await lab.check('the message that the container takes from the host’s queue', MESSAGE, messageText(stolen));
  const removed = madeBy(process, 'msgctl', 'semctl', 'shmctl');
  const after = await lab.observe('after', await objectsOf(lab, host), removed);
  await lab.check('what the container leaves of the host’s IPC objects', 'msg 0, sem 0, shm 0', after);
}
// #endregion

// #region own
export async function ownIpc(lab: Lab): Promise<void> {
  const wanted = await lab.step('ipc');
  const host = await newHost(lab);
  await inside(lab, host, createObjects(MESSAGE));
  const stolen = Buffer.alloc(ROOM);
  const container = await newContainer(lab, host, wanted ? CLONE_NEWIPC : 0, takeMessage(stolen));
  await lab.check('the host’s key, looked up inside', 'ENOENT', errnoOf(container.process, 'msgget') ?? 'found');
  await lab.check('the message that the container takes', 'none', messageText(stolen) || 'none');
  // #endregion
  const made = wanted && container.process;
  await lab.check(
    'the container’s IPC objects',
    'msg 0, sem 0, shm 0',
    await lab.observe('during', await objectsOf(lab, container), made),
  );
  const still = await lab.observe('during', await objectsOf(lab, host));
  await lab.check('the host’s IPC objects, after that', 'msg 1, sem 1, shm 1', still);
  await ownLimits(lab, host, container);
}

const LONGEST = '/proc/sys/kernel/msgmax';

/** Each IPC namespace has limits of its own. Older kernels let only root of the machine set them (`ipc_permissions()`, ipc/ipc_sysctl.c). */
async function ownLimits(lab: Lab, host: Node, container: Node): Promise<void> {
  await lab.observe('before', await fileIn(lab, host, LONGEST));
  await lab.observe('before', await fileIn(lab, container, LONGEST));
  const file = mayFail(open(LONGEST, O_WRONLY | O_CLOEXEC));
  const set = await inside(lab, container, [file, mayFail(write(file, '100')), mayFail(close(file))]);
  if (errnoOf(set, 'openat')) return;
  const inner = await lab.observe('after', await fileIn(lab, container, LONGEST), madeBy(set, 'write'));
  const outer = await lab.observe('after', await fileIn(lab, host, LONGEST), madeBy(set, 'write'));
  await lab.check('the longest message allowed, inside and outside', '100, 8192', `${inner}, ${outer}`);
}
