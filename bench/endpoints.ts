/** CPU time of giving a network namespace its link, address and route: tslab's src/network, CNI's `bridge`, netavark and `ip`. */
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressed, defaultRoute, ETH0, loopbackUp, macOf } from '../labs/08-network/calls/link.js';
import { call } from '../src/kernel/call.js';
import { setns } from '../src/kernel/calls/index.js';
import { CLONE_NEWNET } from '../src/kernel/constants.js';
import { NETLINK_ROUTE } from '../src/netlink/requests.js';
import { newVeth, setLink } from '../src/netlink/route/link.js';
import { NetlinkSocket } from '../src/netlink/socket.js';
import { plug, prepare, reserve } from '../src/network/attach.js';
import { defaultNetwork } from '../src/network/create.js';
import { unplug } from '../src/network/detach.js';
import type { Endpoint } from '../src/network/endpoint.js';
import { hostLinks } from '../src/network/host.js';
import { compare, cpu } from './compare.js';
import type { Target } from './figures.js';
import { linkByIp, newHost, sh } from './hosts.js';
import type { Contender } from './race.js';
import { timed } from './stopwatch.js';

const CNI = '/usr/lib/cni/bridge';
const NETAVARK = '/usr/lib/podman/netavark';

/** Each one's bridge is up already, held by somebody else. */
export async function benchEndpoints(work: string, stopwatch: string): Promise<Target[]> {
  const peers = [
    peer(stopwatch, byIp()),
    ...(isHere(CNI, 'containernetworking-plugins') ? [peer(stopwatch, byCni(work))] : []),
    ...(isHere(NETAVARK, 'netavark') ? [peer(stopwatch, byNetavark(work))] : []),
  ];
  const costs = await compare('an endpoint, set up', [tslab(), bare(), ...peers], { rounds: 10, turn: 3, warmUp: 5 });
  const alone = (name: string) => (cpu(costs, CALLS_ALONE) / cpu(costs, name)).toFixed(2);
  return peers.map(({ name }) => ({
    what: `CPU time of an endpoint, tslab against ${name} (${CALLS_ALONE}: ${alone(name)})`,
    ratio: cpu(costs, 'tslab') / cpu(costs, name),
    ...(name !== 'ip' && { most: 0.1 }),
  }));
}

function isHere(program: string, debian: string): boolean {
  if (!existsSync(program)) console.log(`${program} is not there (apt-get install ${debian})`);
  return existsSync(program);
}

/** All in this process: the part of the container's list, too. */
function tslab(): Contender {
  const network = defaultNetwork();
  const add = (pid: number) => {
    const endpoint = reserve(network, { containerId: HEX, containerName: 'bench', aliases: [], ports: [], nth: 0 });
    plug(prepare(network), endpoint, pid);
    joined(pid, endpoint);
    return endpoint;
  };
  return inThisProcess('tslab', add, (endpoint) => unplug(network, endpoint));
}

/** What the kernel does for it takes nobody less: the messages of tslab's, and nothing of what it asks, notes or keeps. */
function bare(): Contender {
  const { bridge: name } = defaultNetwork();
  const master = hostLinks().find((link) => link.name === name)?.index as number;
  const [address, gateway] = ['172.30.200.1', '172.30.0.1'];
  const add = (pid: number) => {
    using route = new NetlinkSocket(NETLINK_ROUTE);
    const inner = { index: ETH0, name: 'eth0', address: macOf(address), mtu: 1500, namespace: { pid } };
    route.request(newVeth(inner, { name: 'bare' }), setLink({ name: 'bare', master, up: true }));
    joined(pid, { address, prefix: 16, gateway });
  };
  return inThisProcess(CALLS_ALONE, add, () => sh('ip link delete bare'));
}

const CALLS_ALONE = 'the same calls alone';

function inThisProcess<T>(name: string, add: (pid: number) => T, remove: (added: T) => void): Contender {
  return {
    name,
    async measure() {
      const pid = newHost();
      const [before, began] = [process.cpuUsage(), performance.now()];
      const added = add(pid);
      const [wall, { user, system }] = [performance.now() - began, process.cpuUsage(before)];
      remove(added);
      return { wall, cpu: (user + system) / 1000 };
    },
    end() {},
  };
}

const HEX = '0'.repeat(64);

/** What the container does in its namespace. This thread may go there and back, as long as nothing is awaited between. */
function joined(pid: number, { address, prefix, gateway }: Pick<Endpoint, 'address' | 'prefix' | 'gateway'>): void {
  const [here, there] = ['self', pid].map((name) => openSync(`/proc/${name}/ns/net`, 'r')) as [number, number];
  call(setns(there, CLONE_NEWNET));
  try {
    using route = new NetlinkSocket(NETLINK_ROUTE);
    route.request(loopbackUp(), ...addressed(ETH0, `${address}/${prefix}`), defaultRoute(gateway));
  } finally {
    call(setns(here, CLONE_NEWNET));
    for (const fd of [here, there]) closeSync(fd);
  }
}

/** Another way to do it, as lines of sh. */
interface Way {
  readonly name: string;
  readonly add: string;
  readonly remove: string;
}

function peer(stopwatch: string, { name, add, remove }: Way): Contender {
  const adding = timed(name, [stopwatch, '--', 'sh', '-ec', `exec >/dev/null\n${add}`]);
  const measure = async () => {
    const cost = await adding.measure();
    sh(remove);
    return cost;
  };
  return { ...adding, measure };
}

function byIp(): Way {
  sh('ip link add ip0 type bridge && ip link set ip0 up');
  const add = linkByIp({ pid: newHost(), link: 'ip1', bridge: 'ip0', address: '10.99.0.2' });
  return { name: 'ip', add, remove: 'ip link delete ip1' };
}

function byCni(work: string): Way {
  const file = join(work, 'cni.json');
  const ranges = [[{ subnet: '10.98.0.0/16' }]];
  const ipam = { type: 'host-local', dataDir: join(work, 'cni'), ranges, routes: [{ dst: '0.0.0.0/0' }] };
  const config = { cniVersion: '0.4.0', name: 'bench', type: 'bridge', bridge: 'cni0', isGateway: true, ipam };
  writeFileSync(file, JSON.stringify(config));
  const run = (command: string, id: string, pid: number) =>
    `CNI_COMMAND=${command} CNI_CONTAINERID=${id} CNI_NETNS=/proc/${pid}/ns/net CNI_IFNAME=eth0 CNI_PATH=/usr/lib/cni ${CNI} < ${file}`;
  sh(run('ADD', 'first', newHost()));
  const pid = newHost();
  return { name: 'CNI bridge', add: run('ADD', 'bench', pid), remove: run('DEL', 'bench', pid) };
}

function byNetavark(work: string): Way {
  const run = (command: string, nth: number, pid: number) => {
    const file = join(work, `netavark-${nth}.json`);
    writeFileSync(file, JSON.stringify(netavarkConfig(nth)));
    return `${NETAVARK} --config ${join(work, 'netavark')} --file ${file} ${command} /proc/${pid}/ns/net`;
  };
  sh(run('setup', 2, newHost()));
  const pid = newHost();
  return { name: 'netavark', add: run('setup', 3, pid), remove: run('teardown', 3, pid) };
}

function netavarkConfig(nth: number) {
  const network = {
    ...{ name: 'bench', id: HEX, driver: 'bridge', network_interface: 'netavark0', ipv6_enabled: false },
    ...{ internal: false, dns_enabled: false, ipam_options: { driver: 'host-local' } },
    subnets: [{ subnet: '10.97.0.0/16', gateway: '10.97.0.1' }],
  };
  const place = { static_ips: [`10.97.0.${nth}`], interface_name: 'eth0' };
  const container = { container_id: `bench${nth}`, container_name: `bench${nth}` };
  return { ...container, networks: { bench: place }, network_info: { bench: network } };
}
