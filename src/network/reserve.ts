import { macOf } from '../../labs/08-network/calls/link.js';
import { UserError } from '../kernel/errors/user-error.js';
import { randomHex } from '../kernel/random.js';
import { macText } from '../netlink/route/link.js';
import { thisProcess } from '../state/ledger/ledger.js';
import { DEFAULT_NETWORK, type Network } from './config.js';
import { type Endpoint, endpointsOf, writeEndpoint } from './endpoint.js';
import type { PublishedPort } from './ports/published.js';
import { canonical, holds, nth, type Prefix, prefixOf, sizeOf } from './prefix.js';
import { isForHosts } from './subnet.js';
import { sameIn } from './subnet6.js';

/** Who is to be plugged in, and what was asked for. */
export interface WantedEndpoint {
  readonly containerId: string;
  readonly containerName: string;
  /** `--ip`, `--ip6`, `--mac-address`. */
  readonly address?: string | undefined;
  readonly address6?: string | undefined;
  readonly mac?: string | undefined;
  readonly aliases: readonly string[];
  readonly ports: readonly PublishedPort[];
  /** 0 for the container's first network. */
  readonly nth: number;
}

/** Takes an address that none of the others has. Call it with the networks locked. */
export function takeAddress(network: Network, wanted: WantedEndpoint, others: readonly Endpoint[]): Endpoint {
  const endpoint = freeEndpoint(network, wanted, others);
  writeEndpoint(network, endpoint);
  return endpoint;
}

/** What it would be now, if it were taken. */
export function freeEndpoint(network: Network, wanted: WantedEndpoint, given?: readonly Endpoint[]): Endpoint {
  const others = given ?? endpointsOf(network);
  const { containerId, containerName, aliases, ports } = wanted;
  const address = addressFor(network, wanted.address, others);
  const address6 = address6For(network, wanted.address6, { address, others });
  return {
    ...{ id: randomHex(32), containerId, containerName, address, aliases, ports, nth: wanted.nth },
    ...{ prefix: prefixOf(network.subnet).length, gateway: network.gateway },
    mac: wanted.mac ?? macText(macOf(address)),
    ...(address6 !== undefined && { address6 }),
    link: newLinkName(containerId),
    keeper: thisProcess(),
    process: thisProcess(),
  };
}

/** The end of a pair outlives its container by some 100 ms: with the name of an earlier one it would be refused (EEXIST). */
function newLinkName(containerId: string): string {
  return `ts${containerId.slice(0, 7)}${randomHex(2)}`;
}

/** Whether a link can be one of them, by its name. */
export function isEndOfPair(name: string): boolean {
  return /^ts[0-9a-f]{11}$/.test(name);
}

function addressFor(network: Network, asked: string | undefined, others: readonly Endpoint[]): string {
  const taken = new Map([[network.gateway, 'the network’s gateway'], ...others.map(userOf)]);
  if (asked !== undefined) return checkAddress(network, asked, taken);
  const free = freeAddress(network, taken);
  if (free !== undefined) return free;
  const message = `no available IPv4 addresses on this network’s address pools: ${network.name}`;
  throw new UserError(
    message,
    3,
    `All of ${network.ipRange ?? network.subnet} are taken: remove a container, or make a larger network.`,
  );
}

function userOf({ address, containerName }: Endpoint): [string, string] {
  return [address, `container ${containerName}`];
}

/** The lowest one. */
function freeAddress({ subnet, ipRange }: Network, taken: ReadonlyMap<string, string>): string | undefined {
  const [all, range] = [prefixOf(subnet), prefixOf(ipRange ?? subnet)];
  for (let n = 0n; n < sizeOf(range); n++) {
    const address = nth(range, n);
    if (isForHosts(address, all) && !taken.has(address)) return address;
  }
  return undefined;
}

function checkAddress(network: Network, address: string, taken: ReadonlyMap<string, string>): string {
  const subnet = prefixOf(network.subnet);
  if (network.name === DEFAULT_NETWORK) throw onDefault();
  if (!holds(subnet, address)) throw refused(address, `no configured subnet contains it: ${network.subnet}`, network);
  if (!isForHosts(address, subnet)) {
    throw refused(address, `it is the ${address === nth(subnet, 0n) ? 'network’s own' : 'broadcast'} address`, network);
  }
  const user = taken.get(address);
  if (user !== undefined) throw refused(address, `Address already in use by ${user}`, network);
  return address;
}

/** Docker's words (moby, daemon/container_operations.go). */
function onDefault(): UserError {
  const message = 'user specified IP address is supported on user defined networks only';
  return new UserError(message, 2, 'tslab network create NAME, then tslab run --network NAME --ip …');
}

function refused(address: string, why: string, network: Network): UserError {
  const subnet = prefixOf(network.subnet);
  const [first, last] = [1n, sizeOf(subnet) - 2n].map((n, i) =>
    besides(network.gateway, subnet, [n, i === 0 ? 1n : -1n]),
  );
  const allowed = `From ${first} to ${last}, those that nobody has.`;
  return new UserError(`invalid IP address ${address}: ${why}`, 2, allowed);
}

/** An address of a network; where that is its gateway's, the one a step further. */
function besides(gateway: string, subnet: Prefix, [n, step]: readonly [bigint, bigint]): string {
  return nth(subnet, n) === gateway ? nth(subnet, n + step) : nth(subnet, n);
}

interface Chosen {
  readonly address: string;
  readonly others: readonly Endpoint[];
}

/** Without a wish it has the same place in the network of IPv6 as the address in that of IPv4. */
function address6For(network: Network, asked: string | undefined, { address, others }: Chosen): string | undefined {
  const { subnet6, subnet, gateway6, name } = network;
  if (subnet6 === undefined) {
    if (asked === undefined) return undefined;
    const message = `user specified IPv6 address: the network ${name} has none`;
    throw new UserError(message, 2, 'tslab network create --ipv6 NAME makes one that has.');
  }
  const chosen = asked === undefined ? sameIn(subnet6, subnet, address) : canonical(asked);
  const user =
    chosen === gateway6 ? 'the network’s gateway' : others.find((one) => one.address6 === chosen)?.containerName;
  if (holds(prefixOf(subnet6), chosen) && user === undefined) return chosen;
  const why = user === undefined ? `no configured subnet contains it: ${subnet6}` : `Address already in use by ${user}`;
  throw new UserError(`invalid IP address ${chosen}: ${why}`, 2, `An address in ${subnet6} that nobody has.`);
}
