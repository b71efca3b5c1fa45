/** What is at the other end of a container's link: a network namespace that stands for the host, so that the real one is never touched. */
import { call, callUntraced } from '../../../src/kernel/call.js';
import { close, exitGroup, pidfdOpen, setns, unshare } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNET, CLONE_NEWUSER } from '../../../src/kernel/constants.js';
import { type Child, start } from '../../../src/kernel/process.js';
import {
  connect,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  setsockopt,
  socket,
  timeval,
} from '../../../src/kernel/sockets/calls.js';
import { AF_INET, internetAddress } from '../../../src/kernel/sockets/socket-address.js';
import { housekeeping, mayFail } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { rtnetlink } from '../../../src/netlink/requests.js';
import type { InnerLink } from '../../08-network/calls/inside.js';
import { addressed, ETH0, loopbackUp, newPair } from '../../08-network/calls/link.js';

const ADDRESS = '172.30.0.2';
export const GATEWAY = '172.30.0.1';
const OUTER = { index: 100, name: 'ts0' };

/** The end that the container gets. */
export const INNER: InnerLink = { index: ETH0, addresses: [`${ADDRESS}/16`], gateways: [GATEWAY] };

/** What lab 08 has taught of it. */
export const OTHER_END = 'newPair()';

// #region other-end
/**
 * Done at the gate: a process with a network namespace that belongs to the container's user namespace, where it has one, makes a pair
 * of links, and puts one end where the container is.
 */
export function otherEnd(lab: Lab, pid: number): Child {
  const pidfd = call(housekeeping(pidfdOpen(pid)));
  const enter = lab.privileged ? [] : [setns(pidfd, CLONE_NEWUSER)];
  const messages = [loopbackUp(), newPair(pid, ADDRESS, OUTER), ...addressed(OUTER.index, `${GATEWAY}/16`)];
  const calls = [...enter, unshare(CLONE_NEWNET), ...rtnetlink(messages), shellThatStays()];
  try {
    return start({ calls: lab.taughtBy('08-network', OTHER_END, calls) });
  } finally {
    callUntraced(close(pidfd));
  }
}
// #endregion

/** What comes of a connection from a container to there: ECONNREFUSED is the answer of a kernel whose programs do not listen. */
export async function reachOtherEnd(lab: Lab, container: Child): Promise<string> {
  const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC);
  const patience = housekeeping(setsockopt(fd, SO_SNDTIMEO, timeval(1.5)));
  const connecting = [fd, patience, mayFail(connect(fd, internetAddress(GATEWAY, 80)))];
  const visitor = await lab.visit(container, (pidfd, own) => [
    setns(pidfd, CLONE_NEWNET | own),
    ...connecting,
    exitGroup(0),
  ]);
  return errnoOf(visitor, 'connect') ?? 'connected';
}
