import { UserError } from '../kernel/errors/user-error.js';
import { tell } from '../state/event-log.js';
import { type Network, PREDEFINED } from './config.js';
import { findNetwork } from './create.js';
import { takeDown } from './detach.js';
import { type Endpoint, endpointsOf } from './endpoint.js';
import { dropNetwork, lockingNetworks } from './store.js';

/** Removes a network. Throws UserError (2) where there is none, it is always there, or containers are in it. Returns its name. */
export function removeNetwork(reference: string): string {
  refusePredefined(reference);
  return lockingNetworks(() => {
    const network = findNetwork(reference);
    refusePredefined(network.name);
    refuseUsed(network, endpointsOf(network));
    drop(network);
    return network.name;
  });
}

/** Removes those that are wanted and that no container is in; the default one stays. Returns them. */
export function pruneNetworks(networks: readonly Network[]): Network[] {
  return lockingNetworks(() => {
    const unused = networks.filter((one) => !PREDEFINED.includes(one.name) && endpointsOf(one).length === 0);
    unused.forEach(drop);
    return unused;
  });
}

function drop(network: Network): void {
  takeDown(network);
  dropNetwork(network);
  const { id, name } = network;
  tell({ type: 'network', action: 'destroy', id, attributes: { name, type: 'bridge' } });
}

function refusePredefined(name: string): void {
  if (!PREDEFINED.includes(name)) return;
  throw new UserError(`${name} is a pre-defined network and cannot be removed`, 2, 'It takes no room.');
}

function refuseUsed({ name }: Network, endpoints: readonly Endpoint[]): void {
  if (endpoints.length === 0) return;
  const users = endpoints.map(({ containerName, id }) => `name:"${containerName}" id:"${id.slice(0, 12)}"`);
  const names = endpoints.map(({ containerName }) => containerName).join(' ');
  const message = `error while removing network: network ${name} has active endpoints (${users.join(', ')})`;
  throw new UserError(message, 2, `Stop them first: tslab stop ${names}`);
}
