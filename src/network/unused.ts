import { join } from 'node:path';
import { here } from '../state/directories.js';
import { lookAt } from '../state/look.js';
import { bridgeNote } from './bridge.js';
import type { Network } from './config.js';
import { allEndpoints, isUsed } from './endpoint.js';
import { keptNetworks } from './store.js';

/** Names of networks with endpoints of dead processes, or with a bridge that nobody is plugged into: whoever made that was killed. */
export function unusedNetworks(): string[] {
  // A start makes no directory for what it does not use.
  if (!lookAt(join(here().state, 'networks'))) return [];
  return keptNetworks()
    .filter(isLeft)
    .map(({ name }) => name);
}

function isLeft(network: Network): boolean {
  const endpoints = allEndpoints(network);
  return endpoints.some((one) => !isUsed(one)) || (endpoints.length === 0 && bridgeNote(network) !== undefined);
}
