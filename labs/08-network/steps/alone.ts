import type { Lab } from '../../../src/lab/lab.js';
import { setLink } from '../../../src/netlink/route/link.js';
import { addressed, ETH0, loopbackUp, newPair } from '../calls/link.js';
import { links, linksOf, routes, settled, trafficOf } from './look.js';
import { reach } from './reach.js';
import { configure, GATEWAY, newContainer, newHost, newNode } from './setup.js';

const LOCALHOST = '127.0.0.1';

/** What a network namespace is born with: lo, which is down. */
export async function aloneStep(lab: Lab): Promise<void> {
  await lab.step('alone');
  const host = await newHost(lab);
  const node = await newNode(lab, host, 'container');
  await lab.observe('during', links(node), node.process);
  await lab.observe('during', routes(node), node.process);
  await lab.check('links of the new namespace', 'lo', names(await linksOf(lab, node)));
  await lab.check('127.0.0.1 in a new namespace', 'ENETUNREACH', await reach(lab, node, LOCALHOST));
}

function names(found: readonly { readonly name: string }[]): string {
  return found.map(({ name }) => name).join(' ');
}

// #region loopback
export async function loopbackStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('loopback');
  const node = await lab.folded(async () => newNode(lab, await newHost(lab), 'container'));
  await lab.check('127.0.0.1 while lo is down', 'ENETUNREACH', await reach(lab, node, LOCALHOST));
  await lab.observe('before', links(node));
  const sent = await configure(lab, node, wanted ? [loopbackUp()] : []);
  // #endregion
  const outcome = await reach(lab, node, LOCALHOST);
  await lab.observe('after', links(node), sent);
  await lab.check('127.0.0.1 with lo up: refused by a kernel', 'ECONNREFUSED', outcome);
}

// #region veth
export async function vethStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('veth');
  const [host, node] = await lab.folded(async () => {
    const host = await newHost(lab);
    return [host, await newNode(lab, host, 'container')] as const;
  });
  await lab.observe('before', links(host));
  await lab.observe('before', links(node));
  const outer = { index: 200, name: 'ts1' };
  const made = await configure(lab, host, wanted ? [newPair(node.process.pid, '172.30.0.2', outer)] : []);
  await configure(lab, host, wanted ? [setLink({ index: outer.index, up: true })] : []);
  const one = await carriers(lab, host);
  const upped = await configure(lab, node, wanted ? [setLink({ index: ETH0, up: true })] : []);
  // #endregion
  await lab.observe('after', links(host), made);
  await lab.observe('after', links(node), [made, upped]);
  await lab.check('links of the container', 'lo eth0', names(await linksOf(lab, node)));
  await lab.check('carrier at the host’s end while the other is down', 'none', one);
  await lab.check('carrier with both ends up', 'there', await carriers(lab, host));
}

/** Whether the host's end of the pair could send. */
async function carriers(lab: Lab, host: Awaited<ReturnType<typeof newHost>>): Promise<string> {
  const end = (await linksOf(lab, host)).find(({ name }) => name === 'ts1');
  if (!end) return 'no such link';
  return end.carrier ? 'there' : 'none';
}

// #region address
export async function addressStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('address');
  const [host, container] = await lab.folded(async () => {
    const host = await newHost(lab);
    return [host, await newContainer(lab, host, 1, false)] as const;
  });
  await lab.check('the host, without an address', 'ENETUNREACH', await reach(lab, container, GATEWAY));
  await lab.observe('before', routes(container));
  const inner = await configure(lab, container, wanted ? addressed(ETH0, `${container.address}/16`) : []);
  await configure(lab, host, wanted ? addressed(container.outer.index, `${GATEWAY}/16`) : []);
  // #endregion
  for (const node of [host, container]) await settled(lab, node);
  await lab.observe('after', routes(container), inner);
  await lab.check('the host, with an address at both ends', 'ECONNREFUSED', await reach(lab, container, GATEWAY));
  await lab.observe('after', links(container));
  let [sent, received]: (number | undefined)[] = [];
  // A packet of IPv6 may pass between the two looks.
  await lab.until(() => {
    sent = trafficOf(container, 'eth0')?.sent;
    received = trafficOf(host, container.outer.name)?.received;
    return sent === received;
  }, 1_000);
  await lab.check('packets received by one end, all that the other has sent', `${sent}`, `${received}`);
}
