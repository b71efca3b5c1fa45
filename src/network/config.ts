import { flag, map, matching, maybe, moment, type Parser, record, text, word } from '../kernel/parser.js';
import { isIP } from '../kernel/sockets/ip-address.js';
import type { Format } from '../state/stored.js';
import { parsePrefix } from './prefix.js';

/** A network that containers are plugged into: a bridge of this host, with addresses. Made once, kept in `network.json`. */
export interface Network {
  /** 64 hexadecimal digits, as Docker's. */
  readonly id: string;
  readonly name: string;
  readonly driver: 'bridge';
  /** ISO 8601. */
  readonly created: string;
  /** `172.30.0.0/16` */
  readonly subnet: string;
  /** The bridge's address in it, by which containers reach all others. */
  readonly gateway: string;
  /** The part of the subnet that addresses are chosen from. Undefined: all of it. */
  readonly ipRange?: string;
  readonly ipv6: boolean;
  readonly subnet6?: string;
  readonly gateway6?: string;
  /** No way out, and none in. */
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** As given to `-o`, by Docker's names. */
  readonly options: Readonly<Record<string, string>>;
  /** The name of its link: `tslab0`, `ts-` and 12 digits of the id, or as given. Its table of nf_tables has the same. */
  readonly bridge: string;
}

/** The network of a container that names none. It is made at its first use. */
export const DEFAULT_NETWORK = 'bridge';

/** The name of its link; a second tslab on the same host, with a state of its own, takes another one. */
export const DEFAULT_LINK = 'tslab0';

/** Networks without a bridge, and their drivers: that of the host, and no link but lo. */
export const WITHOUT_BRIDGE = { host: 'host', none: 'null' } as const;

/** Names that nobody can give to a network, or take from one (moby, runconfig.IsPreDefinedNetwork). */
export const PREDEFINED: readonly string[] = [DEFAULT_NETWORK, ...Object.keys(WITHOUT_BRIDGE), 'default'];

/** Docker's names for what can be said with `-o`. */
export const BRIDGE_NAME = 'com.docker.network.bridge.name';
export const DRIVER_MTU = 'com.docker.network.driver.mtu';

/** A name for the link of a network: 15 bytes, the most that there are. */
export function linkNameOf(id: string): string {
  return `ts-${id.slice(0, 12)}`;
}

/** IFNAMSIZ, less the NUL. */
const LONGEST_LINK = 15;

/** net/core/dev.c, dev_valid_name(). */
export function isLinkName(name: string): boolean {
  return /^[^\s/:]+$/.test(name) && !['.', '..'].includes(name) && Buffer.byteLength(name) <= LONGEST_LINK;
}

/** One that begins with a letter or digit can be a directory beside ours, which begin with a dot. */
export function isNetworkName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) && name.length <= MOST_CHARACTERS;
}

export const MOST_CHARACTERS = 128;

export const address: Parser<string> = (value, at) => {
  const given = text(value, at);
  return isIP(given) > 0 ? given : matching(/(?!)/, 'an IP address')(value, at);
};

const prefix: Parser<string> = (value, at) => {
  const given = text(value, at);
  return parsePrefix(given) ? given : matching(/(?!)/, 'a network')(value, at);
};

export const linkName = matching(/^[^\s/:]{1,15}$/, 'the name of a link');

export const NETWORK: Format<Network> = {
  version: 1,
  limit: 65_536,
  parse: record<Network>({
    id: matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
    name: matching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'a name'),
    driver: word('bridge'),
    created: moment,
    subnet: prefix,
    gateway: address,
    ipRange: maybe(prefix),
    ipv6: flag,
    subnet6: maybe(prefix),
    gateway6: maybe(address),
    internal: flag,
    labels: map(text),
    options: map(text),
    bridge: linkName,
  }),
};
