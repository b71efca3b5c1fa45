import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { newRoute } from '../../../src/netlink/route/address.js';
import { hasIpv6 } from '../../../src/procfs/net.js';
import { keepOut, type Published, publish, TABLE } from '../calls/forward.js';
import { countedBy } from './look.js';
import { answering, forwarding } from './programs.js';
import { ask, BRIEFLY } from './reach.js';
import { BRIDGE, type Container, configure, filter, GATEWAY, NETWORK, PORT } from './setup.js';
import { HOST_ADDRESS, newWorld, OUTSIDE_ADDRESS, type World } from './world.js';

/** The host's port that leads to the container's. */
const HOST_PORT = 8080;

function published({ address }: Container): Published[] {
  return [{ protocol: 'tcp', port: HOST_PORT, address, toPort: PORT }];
}

/** A world in which the container has a program that answers. */
async function withProgram(lab: Lab): Promise<World> {
  const world = await newWorld(lab, 'forward');
  await lab.folded(() => answering(lab, world.container));
  return world;
}

// #region publish
export async function publishStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('publish');
  const { host, container, outside } = await withProgram(lab);
  await lab.check(
    'port 8080 of the host, from outside',
    'ECONNREFUSED',
    await ask(lab, outside, HOST_ADDRESS, HOST_PORT),
  );
  const sent = await filter(lab, host, wanted ? publish(BRIDGE.name, published(container)) : []);
  // #endregion
  const answer = await ask(lab, outside, HOST_ADDRESS, HOST_PORT);
  await lab.observe('after', observed('container', `connect ${HOST_ADDRESS}:${HOST_PORT}`, answer), sent);
  await lab.check('the same port with the rule: the container answers', `you are ${OUTSIDE_ADDRESS}`, answer);
}

// #region own-port
export async function ownPortStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('own-port');
  const { host, container } = await withProgram(lab);
  await lab.folded(() => filter(lab, host, publish(BRIDGE.name, published(container))));
  const own = ['127.0.0.1', ...(hasIpv6(container.process.pid) ? ['::1'] : [])];
  for (const address of own) {
    await lab.check(`port 8080 of ${address}, on the host`, 'ECONNREFUSED', await ask(lab, host, address, HOST_PORT));
  }
  const proxy = wanted && (await forwarding(lab, host, HOST_PORT, container.address));
  // #endregion
  for (const address of own) {
    const answer = await ask(lab, host, address, HOST_PORT);
    await lab.observe('after', observed('host', `connect ${address}:${HOST_PORT}`, answer), proxy);
    await lab.check(`port 8080 of ${address}, with a program that listens`, `you are ${GATEWAY}`, answer);
  }
}

// #region keep-out
export async function keepOutStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('keep-out');
  const { host, container, outside } = await withProgram(lab);
  // Whoever is on the same network as the host can send it packets for a network behind it.
  await configure(lab, outside, [newRoute({ to: NETWORK, gateway: HOST_ADDRESS })]);
  await lab.folded(() => filter(lab, host, publish(BRIDGE.name, published(container))));
  const before = await ask(lab, outside, container.address);
  await lab.check('port 80 of the container, from outside', `you are ${OUTSIDE_ADDRESS}`, before);
  const sent = await filter(lab, host, wanted ? keepOut(BRIDGE.name) : []);
  // #endregion
  const after = await ask(lab, outside, container.address, PORT, BRIEFLY);
  await lab.observe('after', observed('container', `connect ${container.address}:${PORT}`, after), sent);
  await lab.check('the same port with the rule', 'EINPROGRESS', after);
  const dropped = await countedBy(lab, host, TABLE, 'forward');
  await lab.checkThat('packets that the rule has dropped', dropped > 0, { expected: 'some', actual: `${dropped}` });
  await lab.check(
    'the published port, from outside',
    `you are ${OUTSIDE_ADDRESS}`,
    await ask(lab, outside, HOST_ADDRESS, HOST_PORT),
  );
}
