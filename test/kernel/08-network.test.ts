import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { networkLab } from '../../labs/08-network/lab.js';
import { readTraffic } from '../../src/procfs/net.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/08-network.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { runAsOrdinaryUser } from './ordinary-user.js';
import { expectHeld, expectOrder, expectWellFormed, type Told, tellWithout, useLab } from './support.js';

const outside = networkOfTheMachine();
const lab = useLab(networkLab);

describe('lab 08-network', () => {
  beforeEach((test) => needs(test, 'root'));

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('shows a link come into the namespace, by one message, and nothing of it before', () => {
    const inside = lab.told.seen('veth', /\/net\/dev$/).map(({ value }) => linksIn(value));
    expect(inside).toEqual([['lo'], ['lo'], ['lo', 'ts1'], ['eth0', 'lo']]);
    expect(causesIn('veth')).toEqual(
      expect.arrayContaining([expect.stringMatching(/RTM_NEWLINK.*IFLA_NET_NS_PID=\d+/)]),
    );
  });

  it('shows the routes of the container as the kernel has them', () => {
    const [before, after] = lab.told.seen('route', /\/net\/route$/).map(({ value }) => value);
    expect(before).not.toContain('default');
    expect(after).toMatch(/^default via 172\.30\.0\.1 dev eth0$/m);
    expect(causesIn('route')).toEqual([expect.stringMatching(/^sendto\(\d+, RTM_NEWROUTE.*RTA_GATEWAY=172\.30\.0\.1/)]);
  });

  it('shows who has which address, once it was asked', () => {
    const [before, after] = lab.told.seen('bridge', /\/net\/arp$/).map(({ value }) => value);
    expect(before).toBe('none');
    expect(after).toContain('172.30.0.2');
    expect(after).toContain('02:42:ac:1e:00:02');
  });

  it('switches forwarding on for two links of the stand-in, and no other way', () => {
    const values = lab.told.seen('forward', /\/forwarding$/).map(({ value }) => value);
    expect(values).toEqual(['0', '1']);
    const paths = callsOf('forward').filter((text) => text.startsWith('openat'));
    expect(paths.map((text) => /conf\/(\w+)\/forwarding/.exec(text)?.[1])).toEqual(['tslab0', 'uplink']);
  });

  it('folds what visitors of a node do on their way, and shows what they came for', () => {
    const shown = callsOf('address').map((text) => text.slice(0, text.indexOf('(')));
    expect(new Set(shown)).toEqual(new Set(['socket', 'connect', 'sendto', 'recvfrom', 'close']));
  });

  it('leaves the network of the machine as it is', () => {
    expect(networkOfTheMachine()).toEqual(outside);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  loopback: ['loopback: 127.0.0.1 with lo up: refused by a kernel'],
  veth: [
    'veth: links of the container',
    'veth: carrier at the host’s end while the other is down',
    'veth: carrier with both ends up',
  ],
  address: ['address: the host, with an address at both ends'],
  bridge: [
    'bridge: the other container, with both pairs in a bridge',
    'bridge: the first frame, a question to all',
    'bridge: the second frame, an answer by the one who has it',
    'bridge: the third frame, the packet',
  ],
  route: ['route: the packet, on the bridge', 'route: another network, with a route'],
  forward: ['forward: the packet on the uplink, with forwarding'],
  nat: ['nat: an answer to the host’s address', 'nat: packets that the rule has seen, one a connection'],
  publish: ['publish: the same port with the rule: the container answers'],
  'own-port': [
    'own-port: port 8080 of 127.0.0.1, with a program that listens',
    'own-port: port 8080 of ::1, with a program that listens',
  ],
  'keep-out': ['keep-out: the same port with the rule', 'keep-out: packets that the rule has dropped'],
  overlay: ['overlay: a container on another host, with a tunnel', 'overlay: on the wire: a frame in a packet'],
};

describe('lab 08-network without', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(networkLab.skippable)(
    '%s fails the checks that depend on it, names no cause and stays clean',
    async (step) => {
      const leaky = await tellWithout(step, lab, ABLATIONS[step] ?? []);
      expect(leaky.all('observe').filter((event) => event.step === step && event.changedBy)).toEqual([]);
      expect(networkOfTheMachine()).toEqual(outside);
    },
  );
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 08-network, run by an ordinary user', () => {
  let told: Told;

  beforeEach((test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    told ??= runAsOrdinaryUser('labs/08-network/lab', 'networkLab');
  });

  it('holds, with nothing left out and the same checks', () => {
    expect(told.broken).toEqual([]);
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expectOrder(told, networkLab);
    expectWellFormed(told.events);
    expect(told.end).toEqual({ type: 'end', id: networkLab.id, status: 'held' });
  });
});

/** The calls of a step's children as C would have them, without those that are folded. */
function callsOf(step: string): string[] {
  const made = lab.told.all('syscall').filter((one) => one.step === step && one.by === 'child' && !one.housekeeping);
  return made.map(({ text }) => text);
}

function causesIn(step: string): string[] {
  return lab.told.all('observe').flatMap((event) => (event.step === step && event.changedBy ? [event.changedBy] : []));
}

/** The names in what the lab shows of /proc/PID/net/dev. */
function linksIn(value: string | null): string[] {
  const names = (value ?? '').split('\n').map((line) => line.slice(0, line.indexOf(':')));
  return names.sort();
}

/** Links, routes and forwarding of the namespace that the tests run in. */
function networkOfTheMachine(): object {
  // sysfs shows those of the namespace in which it was mounted.
  const links = readTraffic('self').map(({ name }) => name);
  const forwarding = links.map((name) => readFileSync(`/proc/sys/net/ipv4/conf/${name}/forwarding`, 'utf8'));
  return { links, forwarding, routes: readFileSync('/proc/net/route', 'utf8') };
}
