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
    await aloneStep(lab); //    a new network namespace: one link, and that is down
    await loopbackStep(lab); // a message to the kernel: lo, up
    await vethStep(lab); //     a pair of links, one end inside
    await addressStep(lab); //  an address for each end: the first connection
    await bridgeStep(lab); //   a switch: containers reach each other
    await routeStep(lab); //    where all other networks are
    await forwardStep(lab); //  the host as a router
    if (await isPossible(lab, 'masquerade', 'nat')) {
      await natStep(lab); //      with the host's address outside: answers come back
    }
    if (await isPossible(lab, 'dnat', 'publish', 'own-port', 'keep-out')) {
      await publishStep(lab); //  a port of the host leads inside …
      await ownPortStep(lab); //  … for the host itself too
      await keepOutStep(lab); //  and what nobody published is closed
    }
    await namesStep(lab); //    a name is a line of /etc/hosts
    await sharedStep(lab); //   two containers in one namespace
    if (await isPossible(lab, 'vxlan', 'overlay')) {
      await overlayStep(lab); //  one network over two hosts
    }
    await vanishStep(lab); //   what goes by itself, and what does not
  },
};
