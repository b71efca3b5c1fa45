/** A container comes into one more network, or leaves one: at its next start, and at once where it runs. */
import { ownLinks } from '../../../labs/08-network/calls/inside.js';
import { defaultRoute, ETH0 } from '../../../labs/08-network/calls/link.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Message } from '../../netlink/message.js';
import { rtnetlink } from '../../netlink/requests.js';
import { deleteLink } from '../../netlink/route/link.js';
import { movePorts, type Place, placesOf, plug, prepare } from '../../network/attach.js';
import { DEFAULT_NETWORK, type Network, WITHOUT_BRIDGE } from '../../network/config.js';
import { findNetwork } from '../../network/create.js';
import { unplug } from '../../network/detach.js';
import type { ContainerConfig, EndpointConfig } from '../record.js';
import { type ContainerLink, type ContainerState, isRunning } from '../state.js';
import { type Container, changeConfig, lockContainer, updateState, writeState } from '../store/store.js';
import { innerLinks } from './inner-links.js';
import { insideNetwork } from './inside.js';
import { take } from './join.js';
import { linkOf } from './links.js';
import { forgetItself, nameItself, rewriteHosts, tellPeers } from './peers.js';

/** Docker's words (moby, runconfig/errors.go), where there can be no other network. */
const ALONE: Readonly<Record<string, string>> = {
  host: 'container cannot be disconnected from host network or connected to host network',
  none: 'container cannot be connected to multiple networks with one of the networks in private (none) mode',
  container:
    'container sharing network namespace with another container or host cannot be connected to any other network',
};

/** Throws UserError (2) where it is in it already, or can be in none; what the kernel refuses is undone. */
export async function connect(container: Container, wanted: EndpointConfig): Promise<void> {
  refuseWithoutRoot();
  const { id } = container.config;
  if (wanted.network in WITHOUT_BRIDGE) throw withoutBridge(wanted.network);
  const network = findNetwork(wanted.network);
  const named = { ...wanted, network: network.name };
  askFor(container, named);
  try {
    const running = lockContainer(id, (now) => (isRunning(now.state) ? plugIn(now, named) : undefined));
    if (running) await configure(running, network);
  } catch (error) {
    takeBack(id, network);
    changeConfig(container, (now) => ({ ...now, endpoints: without(network, now.endpoints) }));
    throw error;
  }
  tellPeers(network);
}

/** Before anything is made: of two that connect it at once, the second is refused. */
function askFor(container: Container, named: EndpointConfig): void {
  changeConfig(container, (now) => {
    refuseUnfit(now, named);
    return { ...now, endpoints: [...(now.endpoints ?? []), named] };
  });
}

function without<T extends { readonly network: string }>(network: Network, all: readonly T[] = []): T[] {
  return all.filter((one) => one.network !== network.name);
}

/** A container is in `host` or `none` from its creation on, or never. */
function withoutBridge(mode: string): UserError {
  return new UserError(ALONE[mode] as string, 2, `Make another container, with --network ${mode}.`);
}

/** Links to bridges are made on the host. */
function refuseWithoutRoot(): void {
  if (isPrivileged()) return;
  throw new UserError(
    'without root a container stays in the network that it was made with',
    3,
    'Make another container.',
  );
}

function refuseUnfit(config: ContainerConfig, { network, aliases }: EndpointConfig): void {
  const { name, endpoints } = config;
  const mode = config.network.replace(/:.*/, '');
  const reason = endpoints ? undefined : ALONE[mode];
  const remedy = mode === 'none' ? `tslab network disconnect none ${name}` : 'Make another container.';
  if (reason !== undefined) throw new UserError(reason, 2, remedy);
  if (endpoints?.some((one) => one.network === network)) {
    throw new UserError(`endpoint with name ${name} already exists in network ${network}`, 2);
  }
  if (aliases.length === 0 || network !== DEFAULT_NETWORK) return;
  const message = 'network-scoped alias is supported only for containers in user defined networks';
  throw new UserError(message, 2, 'tslab network create makes one.');
}

/** The link is there then, is noted, so that the next takes another number, and has no address yet. */
function plugIn(container: Container, wanted: EndpointConfig): Container {
  const { config, state } = container;
  const { links = [] } = state;
  const place = take(config, wanted, { nth: freeNumber(links), ports: [] });
  plug(prepare(place.network), place.endpoint, state.init.pid);
  const plugged = { ...state, links: [...links, linkOf(place)] };
  writeState(container, plugged);
  return { ...container, state: plugged };
}

function freeNumber(links: readonly ContainerLink[]): number {
  const isFree = (number: number) => links.every(({ nth }) => nth !== number);
  return [...links.keys(), links.length].find(isFree) as number;
}

/** The way out stays where it is; a container that had none gets it by this link. */
async function configure({ config, state: { links = [], init } }: Container, network: Network): Promise<void> {
  const link = links.find((one) => one.network === network.name) as ContainerLink;
  const added = innerLinks(links).filter(({ index }) => index === ETH0 + link.nth);
  await insideNetwork(init, ownLinks(added));
  nameItself(config.id, link);
}

/** The link goes with its end on the host, and its address is free. Ports lead to the link that is the first then. */
function takeBack(id: string, network: Network): void {
  updateState(id, (now) => ({ ...now, links: without(network, now.links) }));
  const places = placesOf(id);
  const isGone = (place: Place) => place.network.id === network.id;
  const first = places.find((place) => !isGone(place));
  for (const place of places.filter(isGone)) {
    if (first) movePorts(place, first);
    unplug(network, place.endpoint);
  }
}

/** Throws UserError (2) where it is not in it; of two at once, the second is told so. */
export async function disconnect(container: Container, reference: string): Promise<void> {
  refuseWithoutRoot();
  const { config, state } = container;
  if (reference in WITHOUT_BRIDGE) return disconnectFromNothing(container, reference);
  const network = findNetwork(reference);
  changeConfig(container, (now) => leaving(now, network));
  const link = isRunning(state) ? state.links?.find((one) => one.network === network.name) : undefined;
  if (link) await insideNetwork(state.init, rtnetlink([deleteLink(ETH0 + link.nth), ...otherWayOut(state, link)]));
  takeBack(config.id, network);
  if (link) forgetItself(config.id, link);
  rewriteHosts(config.id);
  tellPeers(network);
}

function leaving(config: ContainerConfig, network: Network): ContainerConfig {
  const { endpoints } = config;
  if (!endpoints?.some((one) => one.network === network.name)) throw notConnected(config, network.name);
  return { ...config, endpoints: without(network, endpoints) };
}

/** Where the way out was by this link, and another has one. */
function otherWayOut({ links = [] }: ContainerState, gone: ContainerLink): Message[] {
  const left = links.filter((one) => one !== gone);
  const wayOf = (key: 'gateway' | 'gateway6') => {
    const wasIts = links.find((one) => one[key]) === gone;
    return wasIts ? (left.find((one) => one[key])?.[key] ?? []) : [];
  };
  return [wayOf('gateway'), wayOf('gateway6')].flat().map(defaultRoute);
}

/** `none` is left for other networks; nothing can be done about `host`. */
function disconnectFromNothing(container: Container, mode: string): void {
  const { config } = container;
  if (mode === 'host') throw new UserError(ALONE.host as string, 2, 'Make another container.');
  if (config.network !== 'none' || config.endpoints) throw notConnected(config, mode);
  changeConfig(container, (now) => ({ ...now, endpoints: [] }));
}

function notConnected({ name }: ContainerConfig, network: string): UserError {
  return new UserError(`container ${name} is not connected to network ${network}`, 2, `tslab inspect ${name} tells.`);
}
