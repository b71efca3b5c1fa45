/** Unplugs containers from networks: an endpoint goes, and with the last one what is on the host for the network. */
import { NETLINK_ROUTE } from '../netlink/requests.js';
import { NetlinkSocket } from '../netlink/socket.js';
import { tell } from '../state/event-log.js';
import { bridgeDown, bridgeNote, whereWeAre } from './bridge.js';
import type { Network } from './config.js';
import { allEndpoints, type Endpoint, endpointsOf, isPlugged, isUnused, isUsed, removeEndpoint } from './endpoint.js';
import { filter, type LedPort, removeTable } from './firewall.js';
import { stopForwarding } from './forwarding.js';
import { keptNetworks, lockingNetworks, readNetwork } from './store.js';

/** Gives the address back. With the last endpoint the network's bridge and table go, and with the last network the forwarding. */
export function unplug(network: Network, endpoint: Endpoint): void {
  lockingNetworks(() => {
    const current = readNetwork(network.name);
    const endpoints = current && divide(current, ({ id }) => id === endpoint.id);
    if (endpoints && endpoints.gone.length > 0) release(current, endpoints);
  });
}

/** Gives back all that a container has in networks, also those whose keeper was killed. Returns the networks that it was in. */
export function unplugAll(containerId: string): Network[] {
  return lockingNetworks(() =>
    keptNetworks().filter((network) => {
      const endpoints = divide(network, (endpoint) => endpoint.containerId === containerId);
      if (endpoints.gone.length > 0) release(network, endpoints);
      return endpoints.gone.length > 0;
    }),
  );
}

/** Removes endpoints whose processes are dead, and what is on the host for nobody. */
export function releaseUnused(name: string): void {
  lockingNetworks(() => {
    const network = readNetwork(name);
    if (network) release(network, divide(network, isUnused));
  });
}

/** The endpoints of a network: those that count no more, and the others. */
export interface Divided {
  readonly gone: readonly Endpoint[];
  readonly left: readonly Endpoint[];
}

export function divide(network: Network, isGone: (endpoint: Endpoint) => boolean): Divided {
  const all = allEndpoints(network).map((endpoint) => ({ endpoint, gone: isGone(endpoint) }));
  const those = (wanted: boolean) => all.filter(({ gone }) => gone === wanted).map(({ endpoint }) => endpoint);
  return { gone: those(true), left: those(false) };
}

/** First what is on the host: as long as an endpoint is there, a sweep comes back to it. */
export function release(network: Network, { gone, left }: Divided): void {
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
  const note = bridgeNote(network);
  if (!note) return;
  if (note.where === whereWeAre()) removeTable(network);
  using route = new NetlinkSocket(NETLINK_ROUTE);
  bridgeDown(route, network);
  if (keptNetworks().every((one) => bridgeNote(one) === undefined)) stopForwarding();
}

/** Ports lead to containers that have a link already. */
export function portsOf(network: Network): LedPort[] {
  return portsTo(endpointsOf(network).filter(isPlugged));
}

export function portsTo(endpoints: readonly Endpoint[]): LedPort[] {
  return endpoints.flatMap(({ address, ports }) => ports.map((port) => ({ ...port, address })));
}

/** For `tslab events`. */
export function tellOf({ id, name }: Network, { containerId }: Endpoint, action: 'connect' | 'disconnect'): void {
  tell({ type: 'network', action, id, attributes: { container: containerId, name, type: 'bridge' } });
}
