/**
 * Plugs containers into networks. In this order: reserve() an address, prepare() the host, start the container's process, plug() it in at its
 * gate; unplug() when it has ended. Each may be done again. What a process that was killed has left of it is swept (unused.ts).
 */
import { plugInto } from '../../labs/08-network/calls/bridge.js';
import { ETH0 } from '../../labs/08-network/calls/link.js';
import { UserError } from '../kernel/errors/user-error.js';
import { AF_INET6 } from '../kernel/sockets/socket-address.js';
import type { Message } from '../netlink/message.js';
import { NETLINK_ROUTE } from '../netlink/requests.js';
import { type Link, newVeth, setLink } from '../netlink/route/link.js';
import { NetlinkSocket } from '../netlink/socket.js';
import { startTime } from '../procfs/processes.js';
import { tell } from '../state/event-log.js';
import { type Bridge, bridgeBy, bridgeDown, bridgeNote, makeBridge, whereWeAre } from './bridge.js';
import { DRIVER_MTU, type Network } from './config.js';
import {
  allEndpoints,
  type Endpoint,
  endpointsOf,
  isPlugged,
  isUnused,
  isUsed,
  removeEndpoint,
  writeEndpoint,
} from './endpoint.js';
import { filter, type LedPort, removeTable } from './firewall.js';
import { forwardBy, forwardIpv6By, mayForwardIpv6, stopForwarding } from './forwarding.js';
import { linksBy, type NamedRoute, routesBy, uplinks } from './host.js';
import { meet, prefixOf } from './prefix.js';
import { isEndOfPair, takeAddress, type WantedEndpoint } from './reserve.js';
import { keptNetworks, lockingNetworks, readNetwork } from './store.js';
import { isNarrow, takenByRoutes } from './taken.js';

export type { WantedEndpoint } from './reserve.js';

/**
 * Takes an address in a network, for as long as this process lives. Throws UserError (2) for an address that cannot be had, (3) where all
 * are taken.
 */
export function reserve(network: Network, wanted: WantedEndpoint): Endpoint {
  return lockingNetworks(() => {
    const endpoints = divide(network, isUnused);
    // Ports must not lead to whoever has their address next.
    if (endpoints.gone.length > 0) release(network, endpoints);
    return takeAddress(network, wanted, endpoints.left);
  });
}

/**
 * Makes the network's bridge, its table and the way out, where they are missing. Returns what a person should know: what does not work here.
 * Throws SyscallError where the kernel refuses a bridge.
 */
export function prepare(network: Network): readonly string[] {
  return lockingNetworks(() => {
    using route = new NetlinkSocket(NETLINK_ROUTE);
    refuseElsewhere(network);
    const routes = routesBy(route);
    const ways = wayOut(routes);
    if (!bridgeBy(route, network)) bridgeUp(route, network, ways[0]);
    const current = readNetwork(network.name) ?? network;
    const { hasWayOut, notices } = filter(current, () => portsOf(current));
    const told = hasWayOut && !current.internal ? forward(current, ways) : [];
    return [...tellMet(current, routes), ...notices, ...told];
  });
}

/** Links of containers that are in no bridge, since somebody has removed that, are plugged in again. */
function bridgeUp(route: NetlinkSocket, network: Network, uplink: string | undefined): void {
  const links = linksBy(route);
  const bridge = makeBridge(route, network, { links, mtu: mtuOf(network, links, uplink) });
  route.request(...unplugged(network, links, bridge));
}

function unplugged(network: Network, links: readonly Link[], bridge: Bridge): Message[] {
  const loose = links.filter(({ name, master }) => isEndOfPair(name) && master === 0);
  if (loose.length === 0) return [];
  const names = new Set(endpointsOf(network).map(({ link }) => link));
  return loose.filter(({ name }) => names.has(name)).map(({ index }) => plugInto(bridge.index, index));
}

/** One state directory may be used in several network namespaces, but a network only in one of them at once. */
function refuseElsewhere(network: Network): void {
  const [where, now] = [bridgeNote(network)?.where, whereWeAre()];
  if (where === undefined || where === now) return;
  const [user] = endpointsOf(network).filter(({ process: { pid } }) => pid !== process.pid);
  if (!user) return;
  const message = `network ${network.name} is in use by container ${user.containerName}, in another network namespace`;
  throw new UserError(message, 3, 'Run tslab there, or with another TSLAB_STATE.');
}

/** Links that lead to others. */
function wayOut(routes: readonly NamedRoute[]): string[] {
  const ours = new Set(keptNetworks().map(({ bridge }) => bridge));
  return uplinks(routes, (link) => ours.has(link));
}

/** That of Ethernet. */
const USUAL_MTU = 1500;

/** Where packets are larger than what the way out takes, large transfers hang (moby#13475). */
function mtuOf({ options }: Network, links: readonly Link[], uplink: string | undefined): number {
  const given = Number(options[DRIVER_MTU] ?? 0);
  return given || (links.find(({ name }) => name === uplink)?.mtu ?? USUAL_MTU);
}

/** A route may have come since the network was made, as that of a VPN. */
function tellMet({ name, subnet, bridge }: Network, routes: readonly NamedRoute[]): string[] {
  const meeting = routes.filter((route) => route.link !== bridge && meet(prefixOf(route.to), prefixOf(subnet)));
  const met = meeting.some(isNarrow) ? takenByRoutes(meeting, keptNetworks()) : [];
  const remedy = 'make the network anew, and other addresses are chosen';
  return met.map(
    ({ by }) => `addresses of the network ${name} (${subnet}) meet ${by}, where some are not reached: ${remedy}`,
  );
}

/** What a person should know of it. */
function forward({ name, bridge, ipv6 }: Network, ways: readonly string[]): string[] {
  const refusals = forwardBy([bridge, ...ways]);
  if (!ipv6) return refusals.map(tellForwarding);
  if (!mayForwardIpv6()) return [...refusals.map(tellForwarding), noWayOutByIpv6(name)];
  using route = new NetlinkSocket(NETLINK_ROUTE);
  const refusals6 = forwardIpv6By([bridge, ...wayOut(routesBy(route, AF_INET6))]);
  return [...refusals, ...refusals6].map(tellForwarding);
}

function noWayOutByIpv6(name: string): string {
  const why =
    'before Linux 6.17 all links of a host forward IPv6 or none, and one that does takes no notice of its router any more';
  return `network ${name} has no way out by IPv6: ${why}. To have it: sysctl -w net.ipv6.conf.LINK.accept_ra=2 net.ipv6.conf.all.forwarding=1`;
}

function tellForwarding({ message }: Error): string {
  return `containers may have no way out, since this host does not forward: ${message}`;
}

/** Ports lead to containers that have a link already. */
function portsOf(network: Network): LedPort[] {
  return portsTo(endpointsOf(network).filter(isPlugged));
}

function portsTo(endpoints: readonly Endpoint[]): LedPort[] {
  return endpoints.flatMap(({ address, ports }) => ports.map((port) => ({ ...port, address })));
}

/** Gives a process that waits at its gate a link into the network, with the address that was reserved. */
export function plug(network: Network, endpoint: Endpoint, pid: number): void {
  lockingNetworks(() => {
    using route = new NetlinkSocket(NETLINK_ROUTE);
    const current = readNetwork(network.name) ?? network;
    const bridge = bridgeBy(route, current);
    if (!bridge) throw new UserError(`network ${network.name} has no link ${current.bridge}`, 3, 'Start it again.');
    // Before the link is there: that one goes with the process.
    writeEndpoint(current, { ...endpoint, process: { pid, startTime: startTime(pid) ?? 0 } });
    join(route, bridge, { endpoint, pid });
    if (endpoint.ports.length > 0) filter(current, () => portsOf(current), { added: portsTo([endpoint]) });
    tellOf(current, endpoint, 'connect');
  });
}

interface Pair {
  readonly endpoint: Endpoint;
  readonly pid: number;
}

/** The end on the host is known by its name: its index is the kernel's choice. */
function join(route: NetlinkSocket, { index: master, mtu }: Link, { endpoint, pid }: Pair): void {
  const { link, mac, nth } = endpoint;
  const address = Buffer.from(mac.replaceAll(':', ''), 'hex');
  const inner = { index: ETH0 + nth, name: `eth${nth}`, address, mtu, namespace: { pid } };
  route.request(newVeth(inner, { name: link, mtu }), setLink({ name: link, master, up: true }));
}

/** Gives the address back. With the last endpoint the network's bridge and table go, and with the last network the forwarding. */
export function unplug(network: Network, endpoint: Endpoint): void {
  lockingNetworks(() => {
    const current = readNetwork(network.name);
    const endpoints = current && divide(current, ({ id }) => id === endpoint.id);
    if (endpoints && endpoints.gone.length > 0) release(current, endpoints);
  });
}

/** Packets for the ports of one place of a container go to another from now on. */
export function movePorts({ endpoint: { ports } }: Place, to: Place): void {
  if (ports.length === 0) return;
  lockingNetworks(() => {
    const endpoint = { ...to.endpoint, ports };
    writeEndpoint(to.network, endpoint);
    filter(to.network, () => portsOf(to.network), { added: portsTo([endpoint]) });
  });
}

/** A network that a container is in, and its place there. */
export interface Place {
  readonly network: Network;
  readonly endpoint: Endpoint;
}

/** The networks that a container is in, in the order of its links. */
export function placesOf(containerId: string): Place[] {
  const all = keptNetworks().flatMap((network) => endpointsOf(network).map((endpoint) => ({ network, endpoint })));
  return all
    .filter(({ endpoint }) => endpoint.containerId === containerId)
    .sort((a, b) => a.endpoint.nth - b.endpoint.nth);
}

/** Removes endpoints whose processes are dead, and what is on the host for nobody. */
export function releaseUnused(name: string): void {
  lockingNetworks(() => {
    const network = readNetwork(name);
    if (network) release(network, divide(network, isUnused));
  });
}

/** The endpoints of a network. */
interface Divided {
  readonly gone: readonly Endpoint[];
  readonly left: readonly Endpoint[];
}

function divide(network: Network, isGone: (endpoint: Endpoint) => boolean): Divided {
  const all = allEndpoints(network).map((endpoint) => ({ endpoint, gone: isGone(endpoint) }));
  const those = (wanted: boolean) => all.filter(({ gone }) => gone === wanted).map(({ endpoint }) => endpoint);
  return { gone: those(true), left: those(false) };
}

/** First what is on the host: as long as an endpoint is there, a sweep comes back to it. */
function release(network: Network, { gone, left }: Divided): void {
  const isLast = !left.some(isUsed);
  if (isLast) takeDown(network);
  for (const endpoint of gone) {
    removeEndpoint(network, endpoint);
    tellOf(network, endpoint, 'disconnect');
  }
  const removed = portsTo(gone.filter(isPlugged));
  if (!isLast && removed.length > 0) filter(network, () => portsOf(network), { removed });
}

/** Removes what is on the host for a network. */
export function takeDown(network: Network): void {
  if (bridgeNote(network) === undefined) return;
  if (bridgeNote(network)?.where === whereWeAre()) removeTable(network);
  using route = new NetlinkSocket(NETLINK_ROUTE);
  bridgeDown(route, network);
  if (keptNetworks().every((one) => bridgeNote(one) === undefined)) stopForwarding();
}

function tellOf({ id, name }: Network, { containerId }: Endpoint, action: 'connect' | 'disconnect'): void {
  tell({ type: 'network', action, id, attributes: { container: containerId, name, type: 'bridge' } });
}
