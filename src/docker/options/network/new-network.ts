import { UserError } from '../../../kernel/errors/user-error.js';
import { isIPv6 } from '../../../kernel/sockets/ip-address.js';
import type { AskedNetwork } from '../../../network/create.js';
import { parseLabels } from '../labels.js';

/** What a new network is to be, as given to `network create`. */
export interface NewNetworkFlags {
  readonly driver: string;
  readonly subnet?: readonly string[];
  readonly gateway?: readonly string[];
  readonly ipRange?: readonly string[];
  readonly internal?: true;
  readonly ipv6?: true;
  readonly label?: readonly string[];
  readonly opt?: readonly string[];
}

/** Throws UserError (2), as far as the words alone are wrong. */
export function parseNewNetwork(name: string, flags: NewNetworkFlags): AskedNetwork {
  const { driver, subnet, gateway, ipRange, internal = false, ipv6 = false, label = [], opt = [] } = flags;
  checkDriver(driver);
  const [four, six] = [byFamily(false, flags), byFamily(true, flags)];
  if ((six.subnet ?? six.gateway ?? six.ipRange) !== undefined && !ipv6) throw needsIpv6(subnet, gateway, ipRange);
  const options = Object.fromEntries(opt.map((word) => [...word.split(/=(.*)/s), ''].slice(0, 2)));
  return {
    name,
    internal,
    ipv6,
    labels: parseLabels([], label),
    options,
    ...four,
    subnet6: six.subnet,
    gateway6: six.gateway,
  };
}

function checkDriver(driver: string): void {
  if (driver === 'bridge') return;
  const message = `could not find plugin ${driver} in v1 plugin registry: plugin not found`;
  throw new UserError(message, 2, 'The only driver is bridge; host and none are networks that are always there.');
}

/** Each may be said once for IPv4 and once for IPv6. */
function byFamily(isSix: boolean, { subnet, gateway, ipRange }: NewNetworkFlags) {
  const only = (option: string, words: readonly string[] = []) => {
    const [first, second] = words.filter((word) => isIPv6(word.split('/')[0] ?? '') === isSix);
    if (second === undefined) return first;
    const message = `bad parameter: multiple values of ${option} for one family of addresses: ${first}, ${second}`;
    throw new UserError(message, 2, 'A network has one subnet of IPv4, and with --ipv6 one of IPv6.');
  };
  return {
    subnet: only('--subnet', subnet),
    gateway: only('--gateway', gateway),
    ipRange: only('--ip-range', ipRange),
  };
}

function needsIpv6(...words: readonly (readonly string[] | undefined)[]): UserError {
  const given = words.flatMap((list) => list ?? []).find((word) => word.includes(':'));
  return new UserError(`invalid network config: IPv6 is not enabled, and ${given} is of IPv6`, 2, 'Add --ipv6.');
}
