/**
 * Tables of others. A packet must pass the chains of all tables: where Docker, ufw or firewalld drop what is forwarded, an accept of ours
 * changes nothing. Theirs are read, and never changed.
 */
import { readFileSync } from 'node:fs';
import { type Chain, type Family, getChains, getTableRules, readChain } from '../netlink/nftables/table.js';
import { NETLINK_NETFILTER } from '../netlink/requests.js';
import { NetlinkSocket } from '../netlink/socket.js';
import { ifReadable } from '../procfs/proc.js';
import type { Network } from './config.js';
import { dropsForwarded, type IpVersion, mentions, readLegacyFilter } from './legacy-firewall.js';

/** A chain that drops what goes to or from containers, and what lets it pass. */
export interface ForeignDrop {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly remedy: string;
}

/** Packets of one version of IP, to or from a bridge. */
export interface Forwarded {
  readonly bridge: string;
  readonly version: IpVersion;
}

/** The first one that drops what is forwarded, unless a rule of its table names the bridge: then somebody has seen to it. */
export function foreignDrop(
  netfilter: NetlinkSocket,
  chains: readonly Chain[],
  { bridge, version }: Forwarded,
): ForeignDrop | undefined {
  const families = [version === 4 ? 'ip' : 'ip6', 'inet'];
  const isPassed = ({ family }: Chain) => families.some((one) => one === family);
  const namesBridge = ({ table, family }: Chain) =>
    netfilter.dump(getTableRules(table, family)).some(({ payload }) => payload.includes(`${bridge}\0`));
  const found = chains.find((chain) => isPassed(chain) && drops(chain) && !namesBridge(chain));
  return found ? dropOf(found, chains, bridge) : legacyDrop({ bridge, version });
}

/** The same of iptables-legacy(8), which passes packets through tables of its own. */
function legacyDrop({ bridge, version }: Forwarded): ForeignDrop | undefined {
  const table = readLegacyFilter(version);
  if (!table || !dropsForwarded(table) || mentions(table, bridge)) return undefined;
  const names = new Set([...UFW, 'DOCKER-USER'].filter((name) => mentions(table, name)));
  const [family, program] = version === 4 ? (['ip', 'iptables'] as const) : (['ip6', 'ip6tables'] as const);
  const remedy = remedyFor({ family, table: 'filter', name: 'FORWARD', names }, bridge);
  return {
    ...{ family, table: `filter (${program}-legacy)`, chain: 'FORWARD' },
    remedy: remedy.replaceAll(program, `${program}-legacy`),
  };
}

/** The same, for whoever only wants to know. Throws SyscallError where this kernel has no nf_tables, or does not tell. */
export function hostDrop(bridge: string): ForeignDrop | undefined {
  using netfilter = new NetlinkSocket(NETLINK_NETFILTER);
  return foreignDrop(netfilter, netfilter.dump(getChains()).flatMap(readChain), { bridge, version: 4 });
}

/** Chains of ufw's. */
const UFW = ['ufw-user-forward', 'ufw6-user-forward'];

/** firewalld rejects by the last rule of its chain, not by a policy. */
const FIREWALLD = 'firewalld';

function drops({ hook, policy, table }: Chain): boolean {
  return hook === 'forward' && (policy === 'drop' || table === FIREWALLD);
}

function dropOf(chain: Chain, chains: readonly Chain[], bridge: string): ForeignDrop {
  const beside = chains.filter(({ table, family }) => table === chain.table && family === chain.family);
  const names = new Set(beside.map(({ name }) => name));
  const { family = 'ip', table, name } = chain;
  return { family, table, chain: name, remedy: remedyFor({ family, table, name, names }, bridge) };
}

interface Whose {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of all chains of the table. */
  readonly names: ReadonlySet<string>;
}

function remedyFor({ family, table, name, names }: Whose, bridge: string): string {
  const both = (line: (way: 'i' | 'o') => string) => `${line('i')} && ${line('o')}`;
  if (table === FIREWALLD) return `firewall-cmd --zone=trusted --add-interface=${bridge}`;
  if (UFW.some((name) => names.has(name))) return `ufw route allow in on ${bridge}`;
  const program = family === 'ip6' ? 'ip6tables' : 'iptables';
  if (names.has('DOCKER-USER')) return both((way) => `${program} -I DOCKER-USER -${way} ${bridge} -j ACCEPT`);
  if (family !== 'inet' && table === 'filter')
    return both((way) => `${program} -I ${name} -${way} ${bridge} -j ACCEPT`);
  return both((way) => `nft insert rule ${family} ${table} ${name} ${way}ifname ${bridge} accept`);
}

/** Undefined for a network that is internal, unless its containers do not reach each other either. */
export function tellDrop(drop: ForeignDrop, { name: network, internal }: Network): string | undefined {
  const name = drop.family === 'ip6' ? `${network} (IPv6)` : network;
  const why = `${whatDrops(drop)}. To let it pass: ${drop.remedy}`;
  if (!dropsBetween(drop.family))
    return internal ? undefined : `containers of the network ${name} have no way out: ${why}`;
  if (internal) return `containers of the network ${name} do not reach each other (br_netfilter): ${why}`;
  return `containers of the network ${name} have no way out, and do not reach each other (br_netfilter): ${why}`;
}

/** Frames from port to port of a bridge pass such chains, too, where br_netfilter is loaded, as Docker does, and not switched off. */
function dropsBetween(family: Family): boolean {
  const program = family === 'ip6' ? 'ip6tables' : 'iptables';
  return ifReadable(() => readFileSync(`/proc/sys/net/bridge/bridge-nf-call-${program}`, 'utf8'))?.trim() === '1';
}

export function whatDrops({ family, table, chain }: ForeignDrop): string {
  return `chain ${chain} of the table ${family} ${table}, which is not tslab’s, drops what is forwarded`;
}
