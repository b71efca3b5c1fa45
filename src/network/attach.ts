/**
 * Plugs containers into networks. In this order: reserve() an address, prepare() the host, start the container's process, plug() it in at its
 * gate; unplug() when it has ended (detach.ts). Each may be done again. What a process that was killed has left of it is swept (unused.ts).
 */
import { plugInto } from '../../labs/08-network/calls/bridge.js';
import { ETH0 } from '../../labs/08-network/calls/link.js';
import { UserError } from '../kernel/errors/user-error.js';
import { AF_INET, AF_INET6 } from '../kernel/sockets/socket-address.js';
import type { Message } from '../netlink/message.js';
import { NETLINK_ROUTE } from '../netlink/requests.js';
import { type Link, newVeth, setLink } from '../netlink/route/link.js';
import { NetlinkSocket } from '../netlink/socket.js';
import { startTime } from '../procfs/processes.js';
import { type Bridge, bridgeBy, bridgeNote, makeBridge, whereWeAre } from './bridge.js';
import { DRIVER_MTU, type Network } from './config.js';
import { divide, portsOf, portsTo, release, tellOf } from './detach.js';
import { type Endpoint, endpointsOf, isUnused, writeEndpoint } from './endpoint.js';
import { filter } from './firewall.js';
import { forwardBy, forwardIpv6By, mayForwardIpv6 } from './forwarding.js';
import { linksBy, type NamedRoute, routesBy, uplinks } from './host.js';
import { meet, prefixOf } from './prefix.js';
import { isEndOfPair, takeAddress, type WantedEndpoint } from './reserve.js';
import { keptNetworks, lockingNetworks, otherNetworks } from './store.js';
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

/** A network that is there on the host. */
export interface Prepared {
  readonly network: Network;
  readonly bridge: Bridge;
  /** What a person should know: what does not work here. */
  readonly notices: readonly string[];
}

/** Makes the network's bridge, its table and the way out, where they are missing. Throws SyscallError where the kernel refuses a bridge. */
export function prepare(wanted: Network): Prepared {
  return lockingNetworks(() => {
    using route = new NetlinkSocket(NETLINK_ROUTE);
    refuseElsewhere(wanted);
    const present = bridgeBy(route, wanted);
    const routes = routesBy(route, AF_INET, present ? [present] : []);
    const ways = wayOut(wanted, routes);
    const bridge = present ?? bridgeUp(route, wanted, ways[0]);
    // It may have got another name.
    const network = { ...wanted, bridge: bridge.name };
    const { hasWayOut, notices } = filter(network, () => portsOf(network));
    const told = hasWayOut && !network.internal ? forward(network, ways) : [];
    return { network, bridge, notices: [...tellMet(network, routes), ...notices, ...told] };
  });
}

/** Links of containers that are in no bridge, since somebody has removed that, are plugged in again. */
function bridgeUp(route: NetlinkSocket, network: Network, uplink: string | undefined): Bridge {
  const links = linksBy(route);
  const bridge = makeBridge(route, network, { links, mtu: mtuOf(network, links, uplink) });
  route.request(...unplugged(network, links, bridge));
  return bridge;
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
function wayOut(network: Network, routes: readonly NamedRoute[]): string[] {
  const ours = new Set([network, ...otherNetworks(network)].map(({ bridge }) => bridge));
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
  const own = prefixOf(subnet);
  const meeting = routes.filter((route) => route.link !== bridge && meet(prefixOf(route.to), own));
  const met = meeting.some(isNarrow) ? takenByRoutes(meeting, keptNetworks()) : [];
  const remedy = 'make the network anew, and other addresses are chosen';
  return met.map(
    ({ by }) => `addresses of the network ${name} (${subnet}) meet ${by}, where some are not reached: ${remedy}`,
  );
}

/** What a person should know of it. */
function forward(network: Network, ways: readonly string[]): string[] {
  const { name, bridge, ipv6 } = network;
  const refusals = forwardBy([bridge, ...ways]);
  if (!ipv6) return refusals.map(tellForwarding);
  if (!mayForwardIpv6()) return [...refusals.map(tellForwarding), noWayOutByIpv6(name)];
  using route = new NetlinkSocket(NETLINK_ROUTE);
  const refusals6 = forwardIpv6By([bridge, ...wayOut(network, routesBy(route, AF_INET6))]);
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

/** Gives a process that waits at its gate a link into the network, with the address that was reserved. */
export function plug({ network, bridge }: Prepared, endpoint: Endpoint, pid: number): void {
  lockingNetworks(() => {
    // Before the link is there: that one goes with the process.
    writeEndpoint(network, { ...endpoint, process: { pid, startTime: startTime(pid) ?? 0 } });
    join(bridge, { endpoint, pid });
    if (endpoint.ports.length > 0) filter(network, () => portsOf(network), { added: portsTo([endpoint]) });
    tellOf(network, endpoint, 'connect');
  });
}

interface Pair {
  readonly endpoint: Endpoint;
  readonly pid: number;
}

/** The end on the host is known by its name: its index is the kernel's choice. */
function join({ index: master, mtu }: Bridge, { endpoint, pid }: Pair): void {
  using route = new NetlinkSocket(NETLINK_ROUTE);
  const { link, mac, nth } = endpoint;
  const address = Buffer.from(mac.replaceAll(':', ''), 'hex');
  const inner = { index: ETH0 + nth, name: `eth${nth}`, address, mtu, namespace: { pid } };
  route.request(newVeth(inner, { name: link, mtu }), setLink({ name: link, master, up: true }));
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
