import type { LabDefinition } from '../../src/lab/definition.js';
import { addressStep, aloneStep, loopbackStep, vethStep } from './steps/alone.js';
import { namesStep } from './steps/names.js';
import { isPossible } from './steps/possible.js';
import { keepOutStep, ownPortStep, publishStep } from './steps/publish.js';
import { overlayStep, sharedStep, vanishStep } from './steps/together.js';
import { bridgeStep } from './steps/two-containers.js';
import { forwardStep, natStep, routeStep } from './steps/way-out.js';

export const networkLab: LabDefinition = {
  id: '08-network',
  temporary: true,
  steps: [
    ...['alone', 'loopback', 'veth', 'address', 'bridge', 'route', 'forward', 'nat', 'publish', 'own-port', 'keep-out'],
    ...['names', 'shared', 'overlay', 'vanish'],
  ],
  skippable: [
    ...['loopback', 'veth', 'address', 'bridge', 'route', 'forward', 'nat', 'publish', 'own-port', 'keep-out'],
    'overlay',
  ],
  unskippable: {
    alone: 'it adds no call: it looks at a new namespace',
    names: 'it adds no call: it writes into a file',
    shared: 'it adds no call but the one that every visitor makes',
    vanish: 'it adds no call: it ends a container',
  },
  async run(lab) {
    await aloneStep(lab); //    CLONE_NEWNET: one link, lo, and that is down
    await loopbackStep(lab); // RTM_NEWLINK: lo, up
    await vethStep(lab); //     a veth pair, one end in the container
    await addressStep(lab); //  an IP address at each end: the first connection
    await bridgeStep(lab); //   a bridge: containers reach each other
    await routeStep(lab); //    a default route: where all other networks are
    await forwardStep(lab); //  ip_forward: the host as a router
    if (await isPossible(lab, 'masquerade', 'nat')) {
      await natStep(lab); //      masquerading: answers come back to the host’s address
    }
    if (await isPossible(lab, 'dnat', 'publish', 'own-port', 'keep-out')) {
      await publishStep(lab); //  destination NAT: a port of the host leads to the container
      await ownPortStep(lab); //  … for connections of the host itself, too
      await keepOutStep(lab); //  ports that are not published: closed to neighbours of the host
    }
    await namesStep(lab); //    a name: a line of /etc/hosts
    await sharedStep(lab); //   two containers in one network namespace
    if (await isPossible(lab, 'vxlan', 'overlay')) {
      await overlayStep(lab); //  VXLAN: one network over two hosts
    }
    await vanishStep(lab); //   what goes with the namespace, and what stays
  },
};
