import { type Digest, digestOf } from './digest.js';

/**
 * The chain IDs of layers, the lowest first: each names a layer together with all below it (OCI image-spec, config.md, "Layer ChainID"). The
 * diff ID alone does not say what a directory has whose parents only lower layers describe.
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) chain.push(chainIdOn(chain, diffId));
  return chain;
}

/** Of one more layer, on those with these chain IDs. */
export function chainIdOn(chain: readonly Digest[], diffId: Digest): Digest {
  const parent = chain.at(-1);
  return parent === undefined ? diffId : digestOf(`${parent} ${diffId}`);
}
