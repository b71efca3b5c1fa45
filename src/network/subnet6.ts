import { UserError } from '../kernel/errors/user-error.js';
import { addressText } from '../kernel/sockets/ip-address.js';
import {
  canonical,
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
import { invalidSubnet, refuseTaken, type Taken } from './subnet.js';

/** What of its addresses of IPv6 is asked for; what is not said is chosen. */
export interface AskedSubnet6 {
  readonly subnet6?: string | undefined;
  readonly gateway6?: string | undefined;
}

/** Both, decided for a network with these addresses of IPv4. Throws UserError (2). */
export function decideAddresses6(
  { subnet6, gateway6 }: AskedSubnet6,
  { id, subnet }: { readonly id: string; readonly subnet: string },
  taken: readonly Taken[],
): { subnet6: string; gateway6: string } {
  const prefix = subnet6 === undefined ? chooseSubnet6(id) : checkSubnet6(subnet6, prefixOf(subnet), taken);
  return {
    subnet6: prefixText(prefix),
    gateway6: gateway6 === undefined ? nth(prefix, 1n) : checkGateway6(gateway6, prefix),
  };
}

/** Addresses that are nobody else's (RFC 4193): fd, 40 bits of chance, which the network's id has, 16 bits, and 64 bits for hosts. */
function chooseSubnet6(id: string): Prefix {
  const bytes = Buffer.from(`fd${id.slice(0, 14)}${'0'.repeat(16)}`, 'hex');
  return prefixOf(`${addressText(bytes)}/64`);
}

/** Of one link alone (RFC 4291, 2.5.6), of many at once (2.7), of this host (2.5.3). */
const NO_HOSTS: readonly string[] = ['fe80::/10', 'ff00::/8', '::/8'];

function checkSubnet6(text: string, four: Prefix, taken: readonly Taken[]): Prefix {
  const prefix = parsePrefix(text);
  if (prefix?.bits !== 128) throw invalidSubnet(text, 'it is no network of IPv6', 'Such as fd00:7::/64.');
  const plain = prefixText(prefix);
  if (canonical(text.split('/')[0] as string) !== nth(prefix, 0n))
    throw invalidSubnet(text, `it should be ${plain}`, `--subnet ${plain}`);
  // Who has an address of IPv4 has the one with the same place here.
  if (sizeOf(prefix) < sizeOf(four))
    throw invalidSubnet(text, `it is smaller than ${prefixText(four)}`, 'Such as fd00:7::/64.');
  const useless = NO_HOSTS.find((one) => meet(prefixOf(one), prefix));
  if (useless) throw invalidSubnet(text, `no host has an address in ${useless} for others`, 'Such as fd00:7::/64.');
  refuseTaken(text, taken, () => 'Leave it out, and one is chosen.');
  return prefix;
}

function checkGateway6(text: string, subnet: Prefix): string {
  if (parsePrefix(`${text}/128`) && holds(subnet, text) && placeOf(subnet, text) > 0n) return canonical(text);
  const message = `invalid network config: invalid gateway ${text}: it is not in the subnet ${prefixText(subnet)}`;
  throw new UserError(message, 2, `Such as ${nth(subnet, 1n)}.`);
}

/** The address of IPv6 with the same place in its network: who has one has the other. */
export function sameIn(subnet6: string, subnet: string, address: string): string {
  return nth(prefixOf(subnet6), placeOf(prefixOf(subnet), address));
}
