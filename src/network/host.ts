/** What this host has of links and routes: of the network namespace that tslab is in. */
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { AF_INET } from '../kernel/sockets/socket-address.js';
import { NETLINK_ROUTE } from '../netlink/requests.js';
import { getRoutes, type KnownRoute, RT_TABLE_MAIN, readRoute } from '../netlink/route/address.js';
import { getLink, type Link, RTM_NEWLINK, readLink } from '../netlink/route/link.js';
import { NetlinkSocket } from '../netlink/socket.js';

/** All links. */
export function hostLinks(): Link[] {
  using route = new NetlinkSocket(NETLINK_ROUTE);
  return linksBy(route);
}

export function linksBy(route: NetlinkSocket): Link[] {
  return route
    .dump(getLink())
    .filter(({ type }) => type === RTM_NEWLINK)
    .map(readLink);
}

/** The link of an index, if there is one. */
export function linkBy(route: NetlinkSocket, index: number): Link | undefined {
  try {
    const answer = route.ask(getLink({ index }));
    return answer && readLink(answer);
  } catch (error) {
    if (error instanceof SyscallError && error.errno === 'ENODEV') return undefined;
    throw error;
  }
}

/** A route, and the name of its link. */
export interface NamedRoute extends KnownRoute {
  readonly link: string;
}

/** All routes of IPv4, of all tables. */
export function hostRoutes(): NamedRoute[] {
  using route = new NetlinkSocket(NETLINK_ROUTE);
  return routesBy(route);
}

/** lo has it in all network namespaces (include/net/flow.h). */
const LOOPBACK_IFINDEX = 1;

/** Of their links each that is not known is asked for by itself: there are few, and a link for each container. */
export function routesBy(
  route: NetlinkSocket,
  family = AF_INET,
  known: readonly Pick<Link, 'index' | 'name'>[] = [],
): NamedRoute[] {
  const routes = route.dump(getRoutes(family)).map(readRoute);
  const names = new Map([{ index: LOOPBACK_IFINDEX, name: 'lo' }, ...known].map(({ index, name }) => [index, name]));
  for (const { index } of routes)
    if (index > 0 && !names.has(index)) names.set(index, linkBy(route, index)?.name ?? '');
  return routes.map((one) => ({ ...one, link: names.get(one.index) ?? '' }));
}

/** Links that packets leave this host by, but for lo: the best way to all others first. */
export function uplinks(routes: readonly NamedRoute[], isOurs: (link: string) => boolean): string[] {
  const ways = routes.filter(
    ({ table, link }) => table === RT_TABLE_MAIN && link !== '' && link !== 'lo' && !isOurs(link),
  );
  const ranked = ways.toSorted((a, b) => lengthOf(a) - lengthOf(b) || a.priority - b.priority);
  return [...new Set(ranked.map(({ link }) => link))];
}

function lengthOf({ to }: KnownRoute): number {
  return Number(to.split('/')[1]);
}
