import type { Lab } from '../../../src/lab/lab.js';
import { setLink } from '../../../src/netlink/route/link.js';
import { newBridge, plugInto } from '../calls/bridge.js';
import { links, neighbours, settled } from './look.js';
import { BRIEFLY, reach, watch } from './reach.js';
import { BRIDGE, type Container, configure, GATEWAY, type Node, newContainer, newHost, PORT } from './setup.js';

// #region bridge
export async function bridgeStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('bridge');
  const { host, one, two, third } = await lab.folded(() => threePairs(lab));
  // Not by those below: a kernel remembers for a while that nobody answered, and goes on asking.
  const alone = await reach(lab, third, one.address, PORT, BRIEFLY);
  await lab.check('the other container, each on a pair of its own', 'EINPROGRESS', alone);
  await lab.observe('before', links(host));
  const ports = [one, two, third].map(({ outer }) => plugInto(BRIDGE.index, outer.index));
  const sent = await configure(lab, host, wanted ? [...newBridge(BRIDGE, `${GATEWAY}/16`), ...ports] : []);
  // #endregion
  await lab.observe('after', links(host), sent);
  await lab.observe('before', neighbours(two));
  await settled(lab, host);
  const at = { node: host, link: one.outer.index };
  const { outcome, frames } = await watch(lab, two, one, at);
  await lab.observe('after', neighbours(two));
  await lab.check('the other container, with both pairs in a bridge', 'ECONNREFUSED', outcome);
  const question = `ARP: who has ${one.address}? tell ${two.address}`;
  await lab.check('the first frame, a question to all', question, frames.includes(question) ? question : 'nothing');
  const answer = frames.find((frame) => frame.startsWith(`ARP: ${one.address}`));
  await lab.check(
    'the second frame, an answer by the one who has it',
    `ARP: ${one.address} is at 02:42:ac:1e:00:02`,
    answer ?? 'nobody',
  );
  const packet = frames.find((frame) => frame.startsWith(`${two.address} →`));
  await lab.check('the third frame, the packet', `${two.address} → ${one.address} TCP 80 SYN`, packet ?? 'nothing');
}

/** Containers, each with a pair to the host; both ends of each are up. */
async function threePairs(lab: Lab): Promise<{ host: Node; one: Container; two: Container; third: Container }> {
  const host = await newHost(lab);
  const [one, two] = [await newContainer(lab, host, 1), await newContainer(lab, host, 2)];
  const third = await newContainer(lab, host, 3);
  await configure(
    lab,
    host,
    [one, two, third].map(({ outer }) => setLink({ index: outer.index, up: true })),
  );
  return { host, one, two, third };
}
