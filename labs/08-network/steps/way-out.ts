import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { forward, forwardingOf, masqueradeFrom, TABLE } from '../calls/forward.js';
import { defaultRoute, ETH0 } from '../calls/link.js';
import { countedBy, routes, sysctl } from './look.js';
import { answering } from './programs.js';
import { ask, BRIEFLY, reach, watch } from './reach.js';
import { BRIDGE, configure, filter, GATEWAY, inside, NETWORK } from './setup.js';
import { HOST_ADDRESS, newWorld, OUTSIDE_ADDRESS, UPLINK } from './world.js';

const OUTSIDE = { address: OUTSIDE_ADDRESS };

// #region route
export async function routeStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('route');
  const { host, container } = await newWorld(lab, 'bridge');
  await lab.check('another network, without a route', 'ENETUNREACH', await reach(lab, container, OUTSIDE_ADDRESS));
  await lab.observe('before', routes(container));
  const sent = await configure(lab, container, wanted ? [defaultRoute(GATEWAY)] : []);
  // #endregion
  await lab.observe('after', routes(container), sent);
  const { outcome, frames } = await watch(lab, container, OUTSIDE, { node: host, link: BRIDGE.index }, BRIEFLY);
  await lab.check('the packet, on the bridge', `${container.address} → ${OUTSIDE_ADDRESS} TCP 80 SYN`, synIn(frames));
  await lab.check('another network, with a route', 'EINPROGRESS', outcome);
}

/** The first packet of a connection among what was heard. */
function synIn(frames: readonly string[]): string {
  return frames.find((frame) => frame.endsWith(' SYN')) ?? 'nothing';
}

// #region forward
export async function forwardStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('forward');
  const { host, container } = await newWorld(lab, 'route');
  const before = await watch(lab, container, OUTSIDE, { node: host, link: UPLINK.index }, BRIEFLY);
  await lab.check('the packet on the uplink, without forwarding', 'nothing', synIn(before.frames));
  await lab.observe('before', await sysctl(lab, host, forwardingOf(UPLINK.name)));
  const calls = wanted ? [...forward(BRIDGE.name), ...forward(UPLINK.name)] : [];
  await inside(lab, host, calls);
  // #endregion
  await lab.observe(
    'after',
    await sysctl(lab, host, forwardingOf(UPLINK.name)),
    calls.filter(({ name }) => name === 'write'),
  );
  const { frames } = await watch(lab, container, OUTSIDE, { node: host, link: UPLINK.index }, BRIEFLY);
  await lab.check(
    'the packet on the uplink, with forwarding',
    `${container.address} → ${OUTSIDE_ADDRESS} TCP 80 SYN`,
    synIn(frames),
  );
}

// #region nat
export async function natStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('nat');
  const { host, container, outside } = await newWorld(lab, 'forward');
  await lab.folded(() => answering(lab, outside));
  const before = await watch(lab, container, OUTSIDE, { node: outside, link: ETH0 }, BRIEFLY);
  await lab.check(
    'the packet, as it arrives outside',
    `${container.address} → ${OUTSIDE_ADDRESS} TCP 80 SYN`,
    synIn(before.frames),
  );
  await lab.check('an answer to a private address', 'EINPROGRESS', before.outcome);
  const sent = await filter(lab, host, wanted ? masqueradeFrom(NETWORK, BRIDGE.name) : []);
  // #endregion
  const answer = await ask(lab, container, OUTSIDE_ADDRESS);
  await lab.observe('after', observed('container', `connect ${OUTSIDE_ADDRESS}`, answer), sent);
  await lab.check('an answer to the host’s address', `you are ${HOST_ADDRESS}`, answer);
  await lab.check(
    'packets that the rule has seen, one a connection',
    1,
    await countedBy(lab, host, TABLE, 'postrouting'),
  );
}
