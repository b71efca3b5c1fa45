import type { EndpointConfig } from '../../../container/record.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { isIPv4, isIPv6 } from '../../../kernel/sockets/ip-address.js';
import { readCsvLine } from '../csv.js';
import { invalid } from '../refuse.js';
import { type NameFlags, parseDns } from './dns.js';
import { parseMac } from './mac.js';
import type { PortFlags } from './ports.js';

/** Where a container is to be, as given. */
export interface NetworkFlags {
  readonly network?: readonly string[];
  readonly networkAlias?: readonly string[];
  readonly ip?: string;
  readonly ip6?: string;
  readonly macAddress?: string;
}

/** What becomes of them: the mode is `none`, `host`, `container:N` or the name of the first network. */
export interface NetworkRequest {
  readonly network: string;
  /** In the order of the links. */
  readonly endpoints: readonly EndpointConfig[];
}

/** Names that mean no network: there is nothing to be plugged into. */
const WITHOUT: readonly string[] = ['none', 'host'];

export function isContainerMode(network: string): boolean {
  return network.startsWith('container:');
}

/** The networks of `run` and `create`; `usual` where none is named. Throws UserError (2), in the words of docker. */
export function parseNetworks(flags: NetworkFlags, usual: string): NetworkRequest {
  const words = (flags.network ?? ['default']).map((word) => (word === 'default' ? usual : word));
  const [first = NOWHERE, ...others] = words.map(parseNetwork);
  const given = [withFlags(first, flags), ...others];
  refuseMixed(given);
  const { network } = first;
  if (!isUserDefined(network)) given.forEach(refuseWishes);
  return { network, endpoints: isKept(network) ? given : [] };
}

const NOWHERE: EndpointConfig = { network: 'none', aliases: [] };

/** Whether there is a link to it. */
function isKept(network: string): boolean {
  return !WITHOUT.includes(network) && !isContainerMode(network);
}

/** Whether somebody has made it: only there a container has an address of its choice, and names for others. */
export function isUserDefined(network: string): boolean {
  return isKept(network) && network !== 'bridge';
}

const IS_LONG = /\w+=\w+(,\w+=\w+)*/;

/** `NAME`, or `name=NAME,alias=…,ip=…`, a line of CSV (docker/cli, opts/network.go). */
function parseNetwork(value: string): EndpointConfig {
  if (value === 'container:') {
    throw new UserError('invalid container format container:<name|id>', 2, 'Such as --network container:web.');
  }
  if (!IS_LONG.test(value)) return { network: value, aliases: [] };
  const fields = readCsvLine(value).map((field) => keyAndValue(field, value));
  const last = (key: string) => fields.findLast(([name]) => name === key)?.[1];
  const network = last('name');
  if (!network) throw invalid('--network', value, 'network name/id is not specified');
  const aliases = fields.flatMap(([key, word]) => (key === 'alias' ? checkAlias(word) : []));
  return { network, aliases, ...addressesOf(last('ip'), last('ip6'), last('mac-address')) };
}

const KEYS: readonly string[] = ['name', 'alias', 'ip', 'ip6', 'mac-address'];

function keyAndValue(field: string, value: string): readonly [string, string] {
  const [key = '', word] = field.split(/=(.*)/s).map((one) => one.trim());
  if (key === '' || word === undefined) throw invalid('--network', value, `invalid field ${field}`);
  if (KEYS.includes(key.toLowerCase())) return [key.toLowerCase(), word];
  throw new UserError(`invalid field key ${key} in "--network ${value}"`, 2, `Allowed: ${KEYS.join(', ')}.`);
}

/** `--network-alias`, `--ip`, `--ip6` and `--mac-address` are of the first network, and must not be said twice. */
function withFlags(first: EndpointConfig, { networkAlias = [], ip, ip6, macAddress }: NetworkFlags): EndpointConfig {
  refuseTwice(networkAlias.length > 0 && first.aliases.length > 0, '--network-alias and per-network alias');
  refuseTwice(ip && first.address, '--ip and per-network IPv4 address');
  refuseTwice(ip6 && first.address6, '--ip6 and per-network IPv6 address');
  refuseTwice(macAddress && first.mac, '--mac-address and per-network MAC address');
  const aliases = [...first.aliases, ...networkAlias.map(checkAlias)];
  return { ...first, aliases, ...addressesOf(ip, ip6, macAddress) };
}

function refuseTwice(isTwice: unknown, what: string): void {
  if (isTwice) throw new UserError(`conflicting options: cannot specify both ${what}`, 2, 'Say it once.');
}

/** Of `network connect`. */
export function endpointWith(
  network: string,
  aliases: readonly string[],
  { ip, ip6 }: Pick<NetworkFlags, 'ip' | 'ip6'>,
): EndpointConfig {
  return { network, aliases, ...addressesOf(ip, ip6) };
}

function addressesOf(ip?: string, ip6?: string, mac?: string): Partial<EndpointConfig> {
  if (ip && !isIPv4(ip)) throw new UserError(`invalid IPv4 address: ${ip}`, 2, 'Four numbers, such as 172.30.0.9.');
  if (ip6 && (!isIPv6(ip6) || ip6.includes('%'))) {
    throw new UserError(`invalid IPv6 address: ${ip6}`, 2, 'Such as fd00::9, without a zone.');
  }
  return { ...(ip && { address: ip }), ...(ip6 && { address6: ip6 }), ...(mac && { mac: parseMac(mac) }) };
}

/** It becomes a word of /etc/hosts of others: with a line break in it, it would be a line of its own. */
export function checkAlias(alias: string): string {
  if (/^[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/.test(alias) && alias.length <= 253) return alias;
  const allowed = 'letters, digits, and inside of it . - and _, at most 253 (hosts(5))';
  throw new UserError(`invalid network alias: ${JSON.stringify(alias)}`, 2, `Allowed: ${allowed}.`);
}

function refuseMixed(given: readonly EndpointConfig[]): void {
  const names = given.map(({ network }) => network);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`network ${JSON.stringify(twice)} is specified multiple times`, 2);
  const plain = names.filter((name) => !isUserDefined(name));
  if (names.length === 1 || plain.length === 0) return;
  const message = 'conflicting options: cannot attach both user-defined and non-user-defined network-modes';
  throw new UserError(message, 2, `${plain[0]} can only be alone.`);
}

/** Of `none`, `host` and `container:N`, where there is no link, and of `bridge`. */
function refuseWishes({ network, aliases, address, address6, mac }: EndpointConfig): void {
  const remedy = `Not with --network ${network}: \`tslab network create\` makes a network.`;
  const refuse = (message: string) => new UserError(message, 2, remedy);
  if (aliases.length > 0) {
    throw refuse('network-scoped alias is supported only for containers in user defined networks');
  }
  if (address ?? address6) throw refuse('user specified IP address is supported on user defined networks only');
  if (mac && !isKept(network)) throw macWithoutLink(network);
}

function macWithoutLink(network: string): UserError {
  const message = 'conflicting options: mac-address and the network mode';
  return new UserError(message, 2, `--network ${network} makes no link that it could be of; bridge does.`);
}

/** What `container:N` leaves to that container. Throws UserError (2), in the words of docker (moby, validateNetMode()). */
export function refuseOthers(flags: NameFlags & PortFlags & { readonly hostname?: string }): void {
  const refuse = (what: string, mode = 'network') =>
    new UserError(`conflicting options: ${what} and the ${mode} mode`, 2, SHARES);
  if (flags.hostname) throw refuse('hostname');
  if (parseDns(flags)) throw refuse('dns');
  if (flags.addHost) throw refuse('custom host-to-IP mapping');
  if (flags.publish || flags.publishAll) throw refuse('port publishing', 'container type network');
  if (flags.expose) throw refuse('port exposing', 'container type network');
}

const SHARES = 'It has the links, the names and the ports of the container whose network it shares. Say it there.';
