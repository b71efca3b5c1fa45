import type { InnerLink } from '../../../labs/08-network/calls/inside.js';
import { ETH0 } from '../../../labs/08-network/calls/link.js';
import type { ContainerLink } from '../state.js';

/** What the container itself does about them: the way out is by the first that has one, for each family of addresses. */
export function innerLinks(links: readonly ContainerLink[]): InnerLink[] {
  const [out, out6] = [links.find(({ gateway }) => gateway), links.find(({ gateway6 }) => gateway6)];
  return links.map((link) => ({
    index: ETH0 + link.nth,
    addresses: addressesOf(link),
    gateways: [...(link === out ? [link.gateway as string] : []), ...(link === out6 ? [link.gateway6 as string] : [])],
  }));
}

function addressesOf({ address, prefix, address6, prefix6 }: ContainerLink): string[] {
  return [`${address}/${prefix}`, ...(address6 === undefined ? [] : [`${address6}/${prefix6}`])];
}
