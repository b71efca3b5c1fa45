import { UserError } from '../kernel/errors/user-error.js';
import { randomHex } from '../kernel/random.js';
import { tell } from '../state/event-log.js';
import { isNoted } from './bridge.js';
import {
  BRIDGE_NAME,
  DEFAULT_LINK,
  DEFAULT_NETWORK,
  DRIVER_MTU,
  isLinkName,
  isNetworkName,
  linkNameOf,
  MOST_CHARACTERS,
  type Network,
  PREDEFINED,
} from './config.js';
import { endpointsOf } from './endpoint.js';
import { hostLinks } from './host.js';
import { meet, prefixOf } from './prefix.js';
import {
  changeNetwork,
  keepNetwork,
  keptNetworks,
  lockingNetworks,
  matchNetwork,
  noSuchNetwork,
  readNetwork,
} from './store.js';
import { type AskedSubnet, decideAddresses } from './subnet.js';
import { type AskedSubnet6, decideAddresses6 } from './subnet6.js';
import { takenBy6, takenOn } from './taken.js';

/** What a new network is to be; what is not said is chosen. */
export interface AskedNetwork extends AskedSubnet, AskedSubnet6 {
  readonly name: string;
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly labels: Network['labels'];
  readonly options: Network['options'];
}

/** A new network. Throws UserError (2) for a name or addresses that it cannot have. */
export function createNetwork(asked: AskedNetwork): Network {
  checkName(asked.name);
  checkOptions(asked.options);
  return lockingNetworks(() => {
    if (readNetwork(asked.name)) throw taken(asked.name);
    const network = make(asked);
    tell({ type: 'network', action: 'create', id: network.id, attributes: { name: network.name, type: 'bridge' } });
    return network;
  });
}

/** The network of a container that names none, made where it is missing. Nobody has chosen its addresses, so they give way to others. */
export function defaultNetwork(): Network {
  const kept = readNetwork(DEFAULT_NETWORK);
  return kept && isInUse(kept) ? kept : lockingNetworks(renewDefault);
}

function renewDefault(): Network {
  const kept = readNetwork(DEFAULT_NETWORK);
  if (!kept) return make({ name: DEFAULT_NETWORK, internal: false, ipv6: false, labels: {}, options: {} });
  const taken = takenOn(keptNetworks().filter(({ name }) => name !== DEFAULT_NETWORK));
  if (isInUse(kept) || !taken.some(({ prefix }) => meet(prefix, prefixOf(kept.subnet)))) return kept;
  const renewed = { ...kept, ...decideAddresses({}, taken) };
  changeNetwork(renewed);
  return renewed;
}

function isInUse(network: Network): boolean {
  return isNoted(network) || endpointsOf(network).length > 0;
}

/** All networks that have a bridge, the default one first made where it is missing, by name. */
export function listNetworks(): Network[] {
  defaultNetwork();
  return keptNetworks();
}

/** The network that a name, an id or the start of an id means. Throws UserError (2) where there is none; `host` and `none` are none. */
export function findNetwork(reference: string): Network {
  if (reference === DEFAULT_NETWORK || reference === 'default') return defaultNetwork();
  const networks = listNetworks();
  const found = matchNetwork(reference, networks);
  if (found) return found;
  throw noSuchNetwork(
    reference,
    networks.map(({ name }) => name),
  );
}

function make({ name, internal, ipv6, labels, options, ...asked }: AskedNetwork): Network {
  const others = keptNetworks();
  const id = randomHex(32);
  const addresses = decideAddresses(asked, takenOn(others));
  const network: Network = {
    ...{ id, name, driver: 'bridge', created: new Date().toISOString() },
    ...addresses,
    ...{ internal, ipv6, labels, options },
    ...(ipv6 && decideAddresses6(asked, { id, subnet: addresses.subnet }, takenBy6(others))),
    bridge: linkName({ id, name, given: options[BRIDGE_NAME] }, others),
  };
  keepNetwork(network);
  return network;
}

interface Naming {
  readonly id: string;
  readonly name: string;
  readonly given: string | undefined;
}

function linkName({ id, name, given }: Naming, others: readonly Network[]): string {
  const used = [...others.map(({ bridge }) => bridge), ...hostLinks().map((link) => link.name)];
  if (given !== undefined) return checkLinkName(given, used);
  return name === DEFAULT_NETWORK && !used.includes(DEFAULT_LINK) ? DEFAULT_LINK : linkNameOf(id);
}

function checkLinkName(name: string, used: readonly string[]): string {
  if (!isLinkName(name)) {
    const allowed = 'At most 15 bytes, no blank, / or : in it (net/core/dev.c).';
    throw new UserError(`-o ${BRIDGE_NAME}: ${JSON.stringify(name)} is no name of a link`, 2, allowed);
  }
  if (!used.includes(name)) return name;
  const message = `-o ${BRIDGE_NAME}: there is a link or a network with the link ${name} already`;
  throw new UserError(message, 2, 'Choose another name; `ip link` shows those that are taken.');
}

/** RFC 791, 3.2: the least that a link must pass, and the most that a packet can have. */
const MTU = { least: 68, most: 65_535 };

function checkOptions(options: Network['options']): void {
  const unknown = Object.keys(options).find((name) => ![BRIDGE_NAME, DRIVER_MTU].includes(name));
  if (unknown !== undefined) {
    throw new UserError(`-o ${unknown}: unknown option`, 2, `Known: ${BRIDGE_NAME}=NAME, ${DRIVER_MTU}=BYTES.`);
  }
  const mtu = options[DRIVER_MTU];
  if (mtu === undefined || (/^\d{1,5}$/.test(mtu) && Number(mtu) >= MTU.least && Number(mtu) <= MTU.most)) return;
  throw new UserError(`-o ${DRIVER_MTU}: invalid value ${JSON.stringify(mtu)}`, 2, `From ${MTU.least} to ${MTU.most}.`);
}

function checkName(name: string): void {
  if (PREDEFINED.includes(name)) {
    const message = `operation is not permitted on predefined ${name} network`;
    throw new UserError(message, 2, 'Choose another name: this network is always there.');
  }
  if (isNetworkName(name)) return;
  const rule = `at most ${MOST_CHARACTERS} of the characters a-z A-Z 0-9 _ . -, the first a letter or digit`;
  throw new UserError(`${JSON.stringify(name)} is not a name for a network: it takes ${rule}`, 2);
}

function taken(name: string): UserError {
  const message = `network with name ${name} already exists`;
  return new UserError(message, 2, `tslab network inspect ${name} shows it, tslab network rm ${name} removes it.`);
}
