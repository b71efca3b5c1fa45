/** Which addresses a network has, so that no other network loses its own: those that the host has routes or nameservers in. */
import { UserError } from '../kernel/errors/user-error.js';
import {
  encloses,
  holds,
  meet,
  nth,
  type Prefix,
  parsePrefix,
  placeOf,
  prefixOf,
  prefixText,
  sizeOf,
} from './prefix.js';

/** A network that is taken, and by what: `the route 10.0.0.0/8 of eth0`. */
export interface Taken {
  readonly prefix: Prefix;
  readonly by: string;
}

/** In this order: large ones of private networks that are seldom seen in others, then 256 small ones (RFC 1918). */
const POOL: readonly string[] = [
  '172.30.0.0/16',
  '172.31.0.0/16',
  ...Array.from({ length: 256 }, (_, n) => `10.89.${n}.0/24`),
];

/** The first one that meets nothing. Throws UserError (3) where all do. */
export function chooseSubnet(taken: readonly Taken[]): string {
  const free = POOL.find((text) => !taken.some(({ prefix }) => meet(prefix, prefixOf(text))));
  if (free !== undefined) return free;
  const message = 'all predefined address pools have been fully subnetted';
  throw new UserError(message, 3, `Choose one: --subnet 10.200.0.0/24. These are tried: ${tried()}.`);
}

function tried(): string {
  return [POOL[0], POOL[1], `${POOL[2]} to ${POOL.at(-1)}`].join(', ');
}

/** What of its addresses is asked for. */
export interface AskedSubnet {
  readonly subnet?: string | undefined;
  readonly gateway?: string | undefined;
  readonly ipRange?: string | undefined;
}

/** The same, decided. */
export interface Addresses {
  readonly subnet: string;
  readonly gateway: string;
  readonly ipRange?: string;
}

/** Decides what is asked for, and chooses the rest. Throws UserError (2) for what is impossible or taken, (3) where nothing is left. */
export function decideAddresses({ subnet, gateway, ipRange }: AskedSubnet, taken: readonly Taken[]): Addresses {
  if (subnet === undefined && (gateway ?? ipRange) !== undefined) throw needsSubnet(gateway ? 'gateway' : 'ip-range');
  const chosen = subnet === undefined ? chooseSubnet(taken) : checkSubnet(subnet, taken);
  const prefix = prefixOf(chosen);
  return {
    subnet: chosen,
    gateway: gateway === undefined ? nth(prefix, 1n) : checkGateway(gateway, prefix),
    ...(ipRange !== undefined && { ipRange: checkRange(ipRange, prefix) }),
  };
}

function needsSubnet(flag: string): UserError {
  const message = `invalid network config: --${flag} has no matching subnet`;
  return new UserError(message, 2, 'Give the subnet that it is in as well: --subnet 10.200.0.0/24.');
}

/** Its first address is its name, its last is for all, one is the gateway's: /30 has one left. */
const LONGEST = 30;
/** RFC 1122, 3.2.1.3: whole nets that no host's address is in. */
const NO_HOSTS: readonly string[] = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3'];

/** Docker's rules (moby, libnetwork/ipamutils and internal/network). */
function checkSubnet(text: string, taken: readonly Taken[]): string {
  const prefix = parsePrefix(text);
  if (prefix?.bits !== 32) throw invalidSubnet(text, 'it is no network of IPv4', 'Such as 10.200.0.0/24.');
  const plain = prefixText(prefix);
  if (plain !== text) throw invalidSubnet(text, `it should be ${plain}`, `--subnet ${plain}`);
  if (prefix.length > LONGEST || prefix.length < 8) {
    const size = sizeOf(prefix) === 1n ? '1 address' : `${sizeOf(prefix)} addresses`;
    throw invalidSubnet(text, `it has ${size}`, `From /8 to /${LONGEST}, which has four.`);
  }
  const useless = NO_HOSTS.find((one) => meet(prefixOf(one), prefix));
  if (useless) throw invalidSubnet(text, `no host has an address in ${useless}`, 'Such as 10.200.0.0/24.');
  refuseTaken(text, taken, () => `--subnet ${chooseSubnet(taken)} does not.`);
  return text;
}

/** Throws UserError (2) for a subnet that meets another one. */
export function refuseTaken(text: string, taken: readonly Taken[], remedy: () => string): void {
  const other = taken.find(({ prefix }) => meet(prefix, prefixOf(text)));
  if (!other) return;
  const message = 'invalid pool request: Pool overlaps with other one on this address space';
  throw new UserError(`${message}: ${text} meets ${other.by}`, 2, remedy());
}

export function invalidSubnet(text: string, why: string, remedy: string): UserError {
  return new UserError(`invalid network config: invalid subnet ${text}: ${why}`, 2, remedy);
}

function checkGateway(text: string, subnet: Prefix): string {
  const isInside = parsePrefix(`${text}/32`) !== undefined && holds(subnet, text);
  if (isInside && isForHosts(text, subnet)) return text;
  const why = isInside ? 'it is the first or the last address of' : 'it is not in the subnet';
  const message = `invalid network config: invalid gateway ${text}: ${why} ${prefixText(subnet)}`;
  throw new UserError(message, 2, `From ${nth(subnet, 1n)} to ${nth(subnet, sizeOf(subnet) - 2n)}.`);
}

/** Neither the name of the network, nor the address of all that are in it (RFC 919, 7). */
export function isForHosts(address: string, subnet: Prefix): boolean {
  const place = placeOf(subnet, address);
  return place > 0n && place < sizeOf(subnet) - 1n;
}

function checkRange(text: string, subnet: Prefix): string {
  const range = parsePrefix(text);
  if (range && range.bits === subnet.bits && encloses(subnet, range) && prefixText(range) === text) return text;
  const plain = range && prefixText(range);
  const why = plain && plain !== text ? `it should be ${plain}` : `it is not inside ${prefixText(subnet)}`;
  const message = `invalid network config: invalid ip-range ${text}: ${why}`;
  throw new UserError(message, 2, `A part of ${prefixText(subnet)}, in the same form.`);
}
