import { hostname } from 'node:os';
import { clone, mknod, mount, sethostname, settimeofday } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { rtnetlink } from '../../../src/netlink/requests.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { loopbackUp } from '../../08-network/calls/link.js';
import { allCapabilities, effective } from './look.js';
import { becomeRoot, DATA, newContainer } from './setup.js';

const LOOK = 'cat /proc/sys/kernel/hostname; grep -c size=64k /proc/self/mounts; grep CapEff /proc/self/status';

// #region full
export async function fullInside(lab: Lab): Promise<void> {
  await lab.step('full-inside');
  const own = [sethostname('box'), mount('tmpfs', DATA, 'tmpfs', k.MS_NOSUID | k.MS_NODEV, 'size=64k')];
  const hosts = [mknod(`${DATA}/null`, k.S_IFCHR | 0o666, [1, 3]), settimeofday()].map(mayFail);
  const calls = [...privateMounts(), ...becomeRoot(lab), ...own, ...hosts];
  const container = await newContainer(lab, k.CLONE_NEWNS | k.CLONE_NEWUTS, calls, LOOK);
  const [name = '', mounts = '', status = ''] = (await lab.hear(container, LOOK, 3)).split('\n');
  // The host's own name, so that nothing would change if the kernel allowed it.
  const rename = mayFail(sethostname(hostname()));
  const other = await newContainer(lab, k.CLONE_NEWNS, [...becomeRoot(lab), rename]);
  // #endregion
  await lab.check('capabilities of root inside: all', allCapabilities(), effective(status));
  await lab.check('a name for its own UTS namespace', 'box', name);
  await lab.check('a tmpfs in its own mount namespace', 1, mounts);
  await lab.check('a device node', 'EPERM', errnoOf(container, 'mknodat') ?? 'done');
  await lab.check('the machine’s clock', 'EPERM', errnoOf(container, 'settimeofday') ?? 'done');
  await lab.check('a name for the UTS namespace of the host', 'EPERM', errnoOf(other, 'sethostname') ?? 'done');
}

// #region order
export async function orderStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('order');
  const [net, user] = [k.CLONE_NEWNET, k.CLONE_NEWUSER];
  await lab.check('lo up, network first', 'EPERM', await loopback(lab, net, user));
  const right = wanted ? loopback(lab, user, net) : loopback(lab, net, user);
  await lab.check('lo up, user namespace first', 'done', await right);
  await lab.check('lo up, both in one call', 'done', await loopback(lab, user | net));
}

/** Switches lo on in namespaces that are made one after the other, or tells how the kernel refuses that. */
async function loopback(lab: Lab, first: number, second?: number): Promise<string> {
  const later = second === undefined ? [] : [clone(second)];
  const calls = [...later, ...rtnetlink([loopbackUp()]), shellThatStays()];
  try {
    await lab.start({ namespaces: first, calls });
    return 'done';
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}
// #endregion
