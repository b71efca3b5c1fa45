import { open } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWIPC, CLONE_NEWNS, O_CLOEXEC, O_CREAT, O_NONBLOCK, O_RDWR } from '../../../src/kernel/constants.js';
import { mqOpen, mqTimedreceive, mqTimedsend } from '../../../src/kernel/ipc/mqueue.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountMqueue } from '../calls/mounts.js';
import { filesOf } from './look.js';
import { inside, type Node, newContainer, newHost } from './setup.js';

const FILE = '/dev/mqueue/q';
/** What a message may have at most, unless the one who makes the queue says otherwise (`msgsize_default`). */
const MESSAGE_SIZE = 8192;

// #region mqueue
export async function ownQueues(lab: Lab): Promise<void> {
  const wanted = await lab.step('mqueue');
  const host = await newHost(lab);
  await inside(lab, host, queueWith('hello'));
  const [stolen, second] = [Buffer.alloc(MESSAGE_SIZE), Buffer.alloc(MESSAGE_SIZE)];
  const trapped = await container(lab, host, [mayFail(mqOpen('q', O_RDWR)), ...takeByPath(stolen)]);
  await lab.observe('before', filesOf(trapped, '/dev/mqueue'));
  await lab.check(
    'the queue by its name, in an IPC namespace of its own',
    'ENOENT',
    errnoOf(trapped.process, 'mq_open'),
  );
  await lab.check('the message, by the path of the host’s mount', 'hello', textOf(stolen));
  await inside(lab, host, queueWith('hello again'));
  const mounted = lab.unlessSkipped('mqueue', mountMqueue());
  const held = await container(lab, host, [...mounted, ...takeByPath(second)]);
  // #endregion
  const files = await lab.observe(
    'after',
    filesOf(held, '/dev/mqueue'),
    wanted && madeBy(held.process, 'mount').slice(-1),
  );
  await lab.check('the queues in a mount of the container’s own', 'none', files);
  await lab.check('the next message, by the same path', 'none', textOf(second) || 'none');
}

// #region by-path
/** A queue with a message. */
function queueWith(message: string): Syscall[] {
  const queue = mqOpen('q', O_CREAT | O_RDWR | O_CLOEXEC, 0o600);
  return [queue, mqTimedsend(queue, message, 0)];
}

/** The file in /dev/mqueue is the queue: open(2) returns a descriptor that mq_timedreceive(2) takes. */
function takeByPath(into: Uint8Array): Syscall[] {
  const queue = mayFail(open(FILE, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  return [queue, mayFail(mqTimedreceive(queue, into))];
}
// #endregion

function container(lab: Lab, host: Node, calls: readonly Syscall[]): Promise<Node> {
  return newContainer(lab, host, CLONE_NEWIPC | CLONE_NEWNS, [...privateMounts(), ...calls]);
}

function textOf(received: Buffer): string {
  return received.toString().replace(/\0+$/, '');
}
