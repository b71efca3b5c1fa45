import { readFileSync } from 'node:fs';
import { isIPv4 } from '../kernel/sockets/ip-address.js';
import { ifReadable } from '../procfs/proc.js';
import { bridgeNote } from './bridge.js';
import type { Network } from './config.js';
import { hostRoutes, type NamedRoute } from './host.js';
import { prefixOf } from './prefix.js';
import type { Taken } from './subnet.js';

/**
 * Networks that a new one must not meet: those of tslab's, those that this host has routes to, and its nameservers. A bridge of ours that is
 * up has a route too, which is no other's.
 */
export function takenOn(networks: readonly Network[]): Taken[] {
  const ours = networks.map(({ name, subnet }) => ({
    prefix: prefixOf(subnet),
    by: `${subnet} of the network ${name}`,
  }));
  const routes = takenByRoutes(hostRoutes(), networks);
  const servers = nameservers().map((one) => ({ prefix: prefixOf(`${one}/32`), by: `the nameserver ${one}` }));
  return [...ours, ...routes, ...servers];
}

/** Routes of others than these networks. */
export function takenByRoutes(routes: readonly NamedRoute[], networks: readonly Network[]): Taken[] {
  const bridges = new Set(networks.filter(bridgeNote).map(({ bridge }) => bridge));
  const foreign = routes.filter((route) => isNarrow(route) && !bridges.has(route.link));
  return foreign.map(({ to, link }) => ({ prefix: prefixOf(to), by: `the route ${to}${link && ` of ${link}`}` }));
}

/** Networks of IPv6 of others of ours: those of the host are seldom private. */
export function takenBy6(networks: readonly Network[]): Taken[] {
  return networks.flatMap(({ name, subnet6 }) =>
    subnet6 === undefined ? [] : [{ prefix: prefixOf(subnet6), by: `${subnet6} of the network ${name}` }],
  );
}

/** Not the default route, nor the two halves that a VPN has in its place (moby/libnetwork#779). */
export function isNarrow({ to }: NamedRoute): boolean {
  return Number(to.split('/')[1]) > 1;
}

/** resolv.conf(5) */
function nameservers(): string[] {
  const text = ifReadable(() => readFileSync('/etc/resolv.conf', 'utf8')) ?? '';
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, one = '']) => one).filter((one) => isIPv4(one));
}
