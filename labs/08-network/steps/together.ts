import { setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { newTable } from '../../../src/netlink/nftables/table.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { plugInto } from '../calls/bridge.js';
import { TABLE } from '../calls/forward.js';
import { addressed, loopbackUp } from '../calls/link.js';
import { stretch } from '../calls/overlay.js';
import { links, linksOf, settled, tablesOf } from './look.js';
import { isPossible } from './possible.js';
import { answering } from './programs.js';
import { ask, BRIEFLY, reach, watch } from './reach.js';
import {
  BRIDGE,
  type Container,
  configure,
  filter,
  type Node,
  newContainer,
  newHost,
  newNode,
  PORT,
  plugged,
} from './setup.js';
import { newCable, newWorld, UPLINK } from './world.js';

// #region shared
export async function sharedStep(lab: Lab): Promise<void> {
  await lab.step('shared');
  const container = await lab.folded(async () => newContainer(lab, await newHost(lab), 1));
  const process = await lab.visit(container.process, (pidfd, own) => [
    setns(pidfd, k.CLONE_NEWNET | own),
    shellThatStays(),
  ]);
  const second = { name: 'second', process };
  // #endregion
  const [one, other] = [container, second].map((node) => namespaceOf(node));
  await lab.observe('during', observed('host', `/proc/${container.process.pid}/ns/net`, one ?? null));
  await lab.observe('during', observed('host', `/proc/${process.pid}/ns/net`, other ?? null), process);
  await lab.check('the second’s network namespace, the same as the first’s', `${one}`, `${other}`);
  await lab.folded(() => answering(lab, second));
  await lab.check(
    '127.0.0.1 of the first, answered by the second’s program',
    'you are 127.0.0.1',
    await ask(lab, container, '127.0.0.1'),
  );
}

function namespaceOf({ process: { pid } }: Node): string {
  return `net:[${readNamespace(pid, 'net')}]`;
}

/** Addresses of two hosts in the network between them (RFC 5737). */
const HOSTS = ['192.0.2.1', '192.0.2.2'] as const;
const TUNNEL = { index: 300, name: 'vxlan42' };

// #region overlay
export async function overlayStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('overlay');
  const [one, two] = await lab.folded(() => twoHosts(lab));
  // Another one than below: a kernel remembers for a while that nobody answered.
  const third = await lab.folded(() => newContainer(lab, two.host, 3));
  await lab.folded(() => configure(lab, two.host, [plugInto(BRIDGE.index, third.outer.index)]));
  await lab.check(
    'a container on another host',
    'EINPROGRESS',
    await reach(lab, one.container, third.address, PORT, BRIEFLY),
  );
  const elsewhere = [one, two].map(({ container: { address }, own }) => ({ address, host: own }));
  for (const [here, there] of [
    [one, elsewhere[1]],
    [two, elsewhere[0]],
  ] as const) {
    await configure(lab, here.host, wanted && there ? stretch(BRIDGE.index, TUNNEL, here.own, [there]) : []);
  }
  // #endregion
  const at = { node: one.host, link: UPLINK.index };
  const { outcome, frames } = await watch(lab, two.container, one.container, at);
  await lab.check('a container on another host, with a tunnel', 'ECONNREFUSED', outcome);
  const inner = `${two.container.address} → ${one.container.address} TCP 80 SYN`;
  const wrapped = frames.find((frame) => frame.endsWith('SYN]')) ?? 'nothing';
  await lab.check(
    'on the wire: a frame in a packet',
    `${HOSTS[1]} → ${HOSTS[0]} UDP 4789 VXLAN 42 [${inner}]`,
    wrapped,
  );
}

interface Site {
  readonly host: Node;
  readonly own: string;
  readonly container: Container;
}

/** Two hosts with a wire between them, each with a container on its bridge. */
async function twoHosts(lab: Lab): Promise<readonly [Site, Site]> {
  const first = await newHost(lab);
  const second = await newNode(lab, first, 'host 2');
  const cable = newCable(HOSTS[0], second, UPLINK, HOSTS[1]);
  await configure(lab, first, [cable, ...addressed(UPLINK.index, `${HOSTS[0]}/24`)]);
  await configure(lab, second, [loopbackUp(), ...addressed(UPLINK.index, `${HOSTS[1]}/24`)]);
  return [await site(lab, first, 1), await site(lab, second, 2)];
}

async function site(lab: Lab, host: Node, n: 1 | 2): Promise<Site> {
  const container = await newContainer(lab, host, n);
  await plugged(lab, host, [container]);
  await settled(lab, host);
  return { host, own: HOSTS[n - 1] as string, container };
}

export async function vanishStep(lab: Lab): Promise<void> {
  await lab.step('vanish');
  const { host, container } = await newWorld(lab, 'forward');
  const hasTables = await isPossible(lab, 'masquerade');
  if (hasTables) await lab.folded(() => filter(lab, host, [newTable(TABLE)]));
  await lab.observe('before', links(host));
  await lab.kill(container.process);
  const isGone = () => !(links(host).value ?? '').includes(container.outer.name);
  await lab.until(isGone, 2_000);
  await lab.observe('after', links(host));
  await lab.check('the host’s end of its pair', 'gone', isGone() ? 'gone' : 'there');
  const left = (await linksOf(lab, host)).map(({ name }) => name);
  await lab.check('the bridge', 'there', left.includes(BRIDGE.name) ? 'there' : 'gone');
  if (hasTables) await lab.check('the nf_tables table', TABLE, (await tablesOf(lab, host)).join(' '));
}
