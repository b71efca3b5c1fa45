/** A container's places in its networks: taken before it starts, plugged into at the gate, given back when it has ended. */
import type { OwnLinks } from '../../../labs/12-runtime/calls/pieces.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type Place, type Prepared, plug, prepare, reserve } from '../../network/attach.js';
import { findNetwork } from '../../network/create.js';
import { unplug, unplugAll } from '../../network/detach.js';
import { ledPorts, type PublishedPort } from '../../network/ports/published.js';
import { freeEndpoint, type WantedEndpoint } from '../../network/reserve.js';
import { lockingNetworks } from '../../network/store.js';
import type { Whereabouts } from '../files/own-files.js';
import type { ContainerConfig, EndpointConfig } from '../record.js';
import type { ContainerLink } from '../state.js';
import type { Container } from '../store/store.js';
import { innerLinks } from './inner-links.js';
import { linkOf } from './links.js';
import { peersOf, tellPeers } from './peers.js';

/** What a container gets of its networks. */
export interface Joined {
  readonly links: readonly ContainerLink[];
  /** For its list. */
  readonly own: OwnLinks;
  /** For its files. */
  readonly where: Whereabouts;
  /** What a person should know. */
  readonly notices: readonly string[];
  /** To be called when it is written down that the container runs. */
  readonly entrust?: () => void;
}

/** Takes all its places, or none. Throws UserError (2) for an address that it cannot have, SyscallError where the host refuses. */
export function join({ config }: Container, ports: readonly PublishedPort[]): Joined {
  const places = lockingNetworks(() => takeAll(config, ports));
  const notices = places.flatMap(({ prepared }) => prepared.notices);
  return joined(config, places, { notices, open: (pid) => plugAll(places, pid) });
}

/** A place in a network that is there on the host. */
interface PreparedPlace extends Place {
  readonly prepared: Prepared;
}

function takeAll(config: ContainerConfig, ports: readonly PublishedPort[]): PreparedPlace[] {
  const taken: Place[] = [];
  try {
    return (config.endpoints ?? []).map((wanted, nth) => {
      const place = take(config, wanted, { nth, ports: nth === 0 ? ledPorts(config, ports) : [] });
      taken.push(place);
      const prepared = prepare(place.network);
      return { network: prepared.network, endpoint: place.endpoint, prepared };
    });
  } catch (error) {
    for (const { network, endpoint } of taken) unplug(network, endpoint);
    throw error instanceof SyscallError ? notHere(error) : error;
  }
}

function notHere({ message }: SyscallError): UserError {
  const remedy = '--network none starts it without a link; tslab doctor tells what is missing.';
  return new UserError(`there can be no such network here: ${message}`, 3, remedy);
}

/** What it would get if it started now, for `--dry-run`. */
export function preview({ config }: Container): Joined {
  const { endpoints = [] } = config;
  const places = endpoints.map((wanted, nth) => {
    const network = findNetwork(wanted.network);
    return { network, endpoint: freeEndpoint(network, wantedOf(config, wanted, { nth, ports: [] })) };
  });
  return joined(config, places, { notices: [], open: () => {} });
}

type Plugged = Pick<WantedEndpoint, 'nth' | 'ports'>;

/** Reserves an endpoint for as long as this process lives, or the container that is plugged in. */
export function take(config: ContainerConfig, wanted: EndpointConfig, how: Plugged): Place {
  const network = findNetwork(wanted.network);
  return { network, endpoint: reserve(network, wantedOf(config, wanted, how)) };
}

function wantedOf(config: ContainerConfig, wanted: EndpointConfig, how: Plugged): WantedEndpoint {
  const { id: containerId, name: containerName, hostname } = config;
  const aliases = [...new Set([...wanted.aliases, containerId.slice(0, 12), hostname])];
  const { address, address6, mac } = wanted;
  return { containerId, containerName, aliases, address, address6, mac, ...how };
}

interface Opening {
  readonly notices: readonly string[];
  /** Plugs in the process that waits at the gate. */
  open(pid: number): void;
}

function joined(config: ContainerConfig, places: readonly Place[], { notices, open }: Opening): Joined {
  const links = places.map(linkOf);
  const own = { links: innerLinks(links), gate: { lines: places.map(gateLine), open } };
  const addresses = links.flatMap(({ address, address6 }) =>
    address6 === undefined ? [address] : [address, address6],
  );
  const where = {
    addresses,
    gateway: links[0]?.gateway,
    peers: peersOf(
      config.id,
      places.map(({ network }) => network),
    ),
  };
  return { links, own, where, notices };
}

function gateLine({ network, endpoint: { nth, mac, link } }: Place): string {
  return `link eth${nth} (${mac}) of PID to ${link}, a port of ${network.bridge}`;
}

function plugAll(places: readonly PreparedPlace[], pid: number): void {
  for (const { prepared, endpoint } of places) plug(prepared, endpoint, pid);
  for (const { network } of places) tellPeers(network);
}

/** Gives its places back, also those whose keeper was killed. */
export function leave({ config: { id } }: Container): void {
  for (const network of unplugAll(id)) tellPeers(network);
}
