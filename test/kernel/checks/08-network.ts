import { forward, masqueradeFrom } from '../../../labs/08-network/calls/forward.js';
import { ETH0, loopbackUp } from '../../../labs/08-network/calls/link.js';
import { clone } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNET } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { nfnetlink, rtnetlink } from '../../../src/netlink/requests.js';
import { newAddress, newRoute } from '../../../src/netlink/route/address.js';
import { newLink, setLink } from '../../../src/netlink/route/link.js';
import * as wrong from './sabotage.js';

const LOOPBACK = 1;

/** Whoever connects switches a link of its own off first. */
const linkDown = (index: number) =>
  wrong.where(/^connect/, wrong.before(/^socket\(AF_INET/, ...rtnetlink([setLink({ index, up: false })])));
/** Whoever visits a node to make a call that reads like this does something else there too. */
const also = (text: RegExp, ...calls: readonly Syscall[]) => wrong.where(text, wrong.before(/^exit_group/, ...calls));
/** In a new network namespace, not in that of the node. */
const elsewhere = (text: RegExp) => wrong.where(text, wrong.after(/^setns/, clone(CLONE_NEWNET)));

const NEW_BRIDGE = /RTM_NEWLINK.*tslab0/;
const NEW_ADDRESS = /RTM_NEWADDR.*172\.30\.0\.2/;

/** Runs of lab 08 in which something is wrong. The checks of the steps that can be skipped fail without them. */
export const SABOTAGES: readonly wrong.Run[] = [
  {
    faults: {
      alone: wrong.after(/^clone/, ...rtnetlink([loopbackUp(), newLink('bridge', { name: 'more' })])),
      loopback: wrong.after(/^clone/, ...rtnetlink([loopbackUp()])),
      address: also(/RTM_NEWLINK.*IFLA_NET_NS_PID/, ...rtnetlink([setLink({ index: 201, name: 'other' })])),
      bridge: linkDown(ETH0),
      route: also(NEW_ADDRESS, ...rtnetlink([newRoute({ to: '203.0.113.0/24', gateway: '172.30.0.1' })])),
      forward: also(NEW_BRIDGE, ...forward('tslab0'), ...forward('uplink')),
      nat: also(NEW_BRIDGE, ...nfnetlink(masqueradeFrom('172.30.0.0/16', 'tslab0'))),
      publish: linkDown(ETH0),
      'own-port': linkDown(LOOPBACK),
      'keep-out': linkDown(ETH0),
      names: wrong.program("'web'", "'localhost'"),
      shared: wrong.unless(/^clone/, wrong.where(/sleep 3600/, wrong.after(/^setns/, clone(CLONE_NEWNET)))),
      overlay: linkDown(ETH0),
      vanish: wrong.both(
        wrong.where(NEW_ADDRESS, wrong.replace(/^exit_group/, shellThatStays())),
        wrong.both(elsewhere(/RTM_GETLINK/), elsewhere(/NFT_MSG_GETTABLE/)),
      ),
    },
    fails: [
      'alone: links of the new namespace',
      'alone: 127.0.0.1 in a new namespace',
      'loopback: 127.0.0.1 while lo is down',
      'address: packets received by one end, all that the other has sent',
      'bridge: the other container, each on a pair of its own',
      'bridge: the other container, with both pairs in a bridge',
      'bridge: the first frame, a question to all',
      'bridge: the second frame, an answer by the one who has it',
      'bridge: the third frame, the packet',
      'route: another network, without a route',
      'forward: the packet on the uplink, without forwarding',
      'nat: the packet, as it arrives outside',
      'nat: an answer to a private address',
      'nat: packets that the rule has seen, one a connection',
      'publish: port 8080 of the host, from outside',
      'publish: the same port with the rule: the container answers',
      'own-port: port 8080 of 127.0.0.1, on the host',
      'own-port: port 8080 of ::1, on the host',
      'own-port: port 8080 of 127.0.0.1, with a program that listens',
      'own-port: port 8080 of ::1, with a program that listens',
      'keep-out: port 80 of the container, from outside',
      'keep-out: the same port with the rule',
      'keep-out: packets that the rule has dropped',
      'keep-out: the published port, from outside',
      'names: web, without a line for it',
      'names: web, with a new file in the place of the old one',
      'names: web, with a line written into the file',
      'shared: the second’s network namespace, the same as the first’s',
      'shared: 127.0.0.1 of the first, answered by the second’s program',
      'overlay: a container on another host',
      'overlay: a container on another host, with a tunnel',
      'overlay: on the wire: a frame in a packet',
      'vanish: the host’s end of its pair',
      'vanish: the bridge',
      'vanish: the nf_tables table',
    ],
  },
  {
    // The namespace of the container has the host's address itself.
    faults: {
      address: wrong.where(
        /^clone/,
        wrong.after(
          /^clone/,
          ...rtnetlink([loopbackUp(), newAddress({ index: LOOPBACK, address: '172.30.0.1', prefix: 32 })]),
        ),
      ),
    },
    fails: ['address: the host, without an address'],
    perhaps: ['address: packets received by one end, all that the other has sent'],
  },
];
