import type { Place } from '../../network/attach.js';
import { prefixOf } from '../../network/prefix.js';
import type { ContainerLink } from '../state.js';

/** What is written down of a container's link while it runs. */
export function linkOf({ network, endpoint }: Place): ContainerLink {
  const { id: endpointId, address, prefix, mac, nth, address6 } = endpoint;
  const { name, id, internal, gateway, gateway6, subnet6 } = network;
  return {
    ...{ network: name, networkId: id, endpointId, address, prefix, mac, nth },
    // Nothing is behind the bridge of an internal network.
    ...(!internal && { gateway }),
    ...(address6 !== undefined && subnet6 !== undefined && { address6, prefix6: prefixOf(subnet6).length }),
    ...(address6 !== undefined && gateway6 !== undefined && !internal && { gateway6 }),
  };
}
