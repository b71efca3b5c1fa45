import { createHash } from 'node:crypto';
import { type Network, WITHOUT_BRIDGE } from '../network/config.js';
import { listNetworks } from '../network/create.js';
import { type Endpoint, endpointsOf } from '../network/endpoint.js';
import { pruneNetworks } from '../network/remove.js';
import { matchNetwork, noSuchNetwork } from '../network/store.js';

/** A network as Docker's commands show it: also `host` and `none`, of which nothing is kept. */
export interface ShownNetwork extends Pick<Network, 'id' | 'name' | 'created' | 'internal' | 'ipv6'> {
  readonly driver: string;
  readonly labels: Network['labels'];
  readonly options: Network['options'];
  /** Undefined for those without a bridge. */
  readonly kept?: Network;
}

/** All networks, by name. */
export function shownNetworks(): ShownNetwork[] {
  const kept = listNetworks();
  const oldest = kept.map(({ created }) => created).sort()[0] as string;
  const others = Object.entries(WITHOUT_BRIDGE).map(([name, driver]) => without(name, driver, oldest));
  return [...kept.map((one) => ({ ...one, kept: one })), ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Its id is the same in each state directory. */
function without(name: string, driver: string, created: string): ShownNetwork {
  const id = createHash('sha256').update(name).digest('hex');
  return { id, name, driver, created, internal: false, ipv6: false, labels: {}, options: {} };
}

/** The network that a name, an id or the start of an id means. Throws UserError (2) where there is none. */
export function findShownNetwork(reference: string): ShownNetwork {
  const all = shownNetworks();
  const found = matchNetwork(reference, all);
  if (found) return found;
  throw noSuchNetwork(
    reference,
    all.map(({ name }) => name),
  );
}

/** Containers in it that run. */
export function shownEndpoints({ kept }: ShownNetwork): Endpoint[] {
  return kept ? endpointsOf(kept) : [];
}

/** Removes those that are wanted and that no container is in. Returns their names. */
export function pruneShownNetworks(isWanted: (one: ShownNetwork) => boolean): string[] {
  const wanted = shownNetworks().flatMap((one) => (one.kept && isWanted(one) ? [one.kept] : []));
  return pruneNetworks(wanted).map(({ name }) => name);
}
