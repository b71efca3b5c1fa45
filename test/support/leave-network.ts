import { openSync } from 'node:fs';
import { loopbackUp } from '../../labs/08-network/calls/link.js';
import { call } from '../../src/kernel/call.js';
import { exitGroup, unshare } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNET } from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { rtnetlink } from '../../src/netlink/requests.js';

/**
 * This process, and all that it starts, gets a network namespace with nothing but lo, so that nothing changes links, addresses
 * or the firewall of the machine. An ordinary user stays in the machine's, where he can change nothing. `TSLAB_TEST_NETWORK` is the
 * machine's, for what has to fetch something.
 */
export default async function leaveNetwork(): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  process.env.TSLAB_TEST_NETWORK = `/proc/${process.pid}/fd/${openSync('/proc/self/ns/net', 'r')}`;
  // Of the main thread, which makes all sockets of node's; and of children.
  call(unshare(CLONE_NEWNET));
  await start({ calls: [...rtnetlink([loopbackUp()]), exitGroup(0)] }).exited;
}
