import { exitGroup } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { bind, SOCK_STREAM, socket } from '../../../src/kernel/sockets/calls.js';
import { AF_INET, internetAddress } from '../../../src/kernel/sockets/socket-address.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { stayAfter } from '../../../src/lab/script.js';
import { becomeUser, keepAdmin, limitBounding } from '../calls/give-up.js';
import { writeSettings } from '../calls/sysctl.js';
import { asSet, capabilitiesOf, container, FOURTEEN, maskOf, readSets, resultOf, setIn } from './setup.js';

const USER = { uid: 1000, gid: 1000 };
const ADMIN = ['CAP_SYS_ADMIN'];

// #region user
export async function userStep(lab: Lab): Promise<void> {
  await lab.step('user');
  const own = ownCapabilities();
  const giveUp = [...limitBounding(own, FOURTEEN), ...keepAdmin(own, FOURTEEN)];
  const root = await whatRemains(lab, giveUp);
  const user = await whatRemains(lab, [...giveUp, ...becomeUser(USER, true)]);
  // #endregion
  const [fourteen, none] = [FOURTEEN.bounding, []];
  await lab.check('effective set of root, before execve', setOf([...fourteen, ...ADMIN]), setIn(root.before, 'CapEff'));
  await lab.check('effective set of its program', setOf(fourteen), setIn(root.after, 'CapEff'));
  await lab.check('effective set of user 1000, before execve', setOf(ADMIN), setIn(user.before, 'CapEff'));
  await lab.check('effective set of that user’s program', setOf(none), setIn(user.after, 'CapEff'));
  await lab.check('its bounding set', setOf(fourteen), setIn(user.after, 'CapBnd'));
  await lab.check('port 80, for user 1000', 'EACCES', await listenOn80(lab, []));
  await lab.check(
    'port 80, with the setting that Docker makes',
    'done',
    await listenOn80(lab, writeSettings(ALL_PORTS_FOR_ALL)),
  );
}

function setOf(names: readonly string[]): string {
  return asSet(maskOf(names));
}

interface Remains {
  readonly before: string;
  readonly after: string;
}

// #region remains
/** The sets of a process as its list ends, and those of the program that it executes then. */
async function whatRemains(lab: Lab, calls: readonly Syscall[]): Promise<Remains> {
  const status = readSets();
  const child = await stayAfter(lab, container(lab, ...calls, ...status.calls));
  const before = status.sets();
  await lab.observe('before', { ...capabilitiesOf(child.pid), value: before });
  const after = await lab.observe('after', capabilitiesOf(child.pid), madeBy(child, 'execve'));
  return { before, after: after ?? '' };
}
// #endregion

// #region port
/** A port below 1024 is for CAP_NET_BIND_SERVICE, or from a number on for all: a setting of the network namespace (ip(7)). */
function listenOn80(lab: Lab, setting: readonly Syscall[]): Promise<string> {
  const stream = socket(AF_INET, SOCK_STREAM);
  const calls = [
    ...setting,
    ...becomeUser(USER, true),
    stream,
    bind(stream, internetAddress('0.0.0.0', 80)),
    exitGroup(0),
  ];
  return resultOf(lab, { namespaces: k.CLONE_NEWNET, calls });
}

/** The setting that Docker makes for a network of its own. */
const ALL_PORTS_FOR_ALL = { 'net.ipv4.ip_unprivileged_port_start': '0' };
// #endregion
