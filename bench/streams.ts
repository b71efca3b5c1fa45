/** A TCP stream from container to container, and from outside to a published port, beside namespaces that are plugged together by hand. */
import { findContainer } from '../src/container/store/find.js';
import { placesOf } from '../src/network/attach.js';
import { type Costs, compare } from './compare.js';
import { median, type Target } from './figures.js';
import { inside, linkByIp, newHost, serve, sh } from './hosts.js';
import type { Contender } from './race.js';
import { startSleeper } from './sleeper.js';
import { compile, timed } from './stopwatch.js';

const BYTES = 2 ** 29;
const PORT = 5001;
const PUBLISHED = 18_081;

interface Sender {
  readonly from: number;
  readonly to: string;
  readonly port?: number;
}

/** Another machine, beyond the link `uplink` of this one. Its pid. Make it before the first network. */
export function outsideByIp(): number {
  const outside = newHost();
  const there = inside(outside, ['ip']).join(' ');
  sh(`ip link add uplink type veth peer name eth0 netns ${outside}
ip address add 203.0.113.1/24 dev uplink && ip link set uplink up
${there} address add 203.0.113.2/24 dev eth0 && ${there} link set eth0 up
${there} route add default via 203.0.113.1
ip route add default via 203.0.113.2
echo 1 > /proc/sys/net/ipv4/ip_forward`);
  return outside;
}

/** Their wall times as ratios, by hand being 1. */
export async function benchStreams(work: string, stopwatch: string, outside: number): Promise<Target[]> {
  const stream = compile('stream', work);
  const [server, client] = [await container(stream, ['-p', `${PUBLISHED}:${PORT}`]), await container(stream, [])];
  const clientByHand = await byHand(stream);
  const sending = (name: string, { from, to, port = PORT }: Sender): Contender =>
    timed(name, [stopwatch, '--', ...inside(from, [stream, to, `${port}`, `${BYTES}`])]);
  const all = [
    sending('container to container, by hand', { from: clientByHand, to: '10.99.0.2' }),
    sending('container to container, tslab', { from: client.pid, to: server.address }),
    sending('from outside, routed by hand', { from: outside, to: '10.99.0.2' }),
    sending('from outside, published (DNAT)', { from: outside, to: '203.0.113.1', port: PUBLISHED }),
    sending('from the host, by hand', { from: process.pid, to: '10.99.0.2' }),
    sending('from the host, published (socket)', { from: process.pid, to: '127.0.0.1', port: PUBLISHED }),
  ];
  const costs = await compare(`${BYTES / 2 ** 20} MiB by TCP`, all, { rounds: 9, turn: 1, warmUp: 1 });
  return targetsOf(costs);
}

/** A container of tslab's in which somebody receives. */
async function container(stream: string, options: readonly string[]): Promise<{ pid: number; address: string }> {
  const { config } = startSleeper(options);
  const { pid } = findContainer(config.id).state.init;
  const [place] = placesOf(config.id);
  if (!place) throw new Error(`${config.id} is in no network`);
  await serve(pid, [stream, `${PORT}`]);
  return { pid, address: place.endpoint.address };
}

/** Two more by hand; somebody receives in the first, and the second is returned. */
async function byHand(stream: string): Promise<number> {
  const [server, client] = [newHost(), newHost()];
  sh('ip link add byhand0 type bridge && ip address add 10.99.0.1/16 dev byhand0 && ip link set byhand0 up');
  [server, client].forEach((pid, i) => {
    sh(linkByIp({ pid, link: `hand${i}`, bridge: 'byhand0', address: `10.99.0.${i + 2}` }));
  });
  await serve(server, [stream, `${PORT}`]);
  return client;
}

/** Rounds are compared one by one: what the machine did besides hit both alike. */
function targetsOf(costs: Costs): Target[] {
  const walls = [...costs.values()].map((some) => some.map((cost) => cost.wall));
  const ratio = (n: number) => median((walls[2 * n + 1] ?? []).map((time, i) => time / (walls[2 * n]?.[i] ?? 1)));
  return [
    { what: 'container to container, time against by hand', ratio: ratio(0), most: 1.1 },
    { what: 'published by DNAT, time against routing by hand', ratio: ratio(1), most: 1.1 },
    { what: 'published by a socket (nobody’s goal: it is a proxy), time against by hand', ratio: ratio(2) },
  ];
}
