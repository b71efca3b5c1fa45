import { type Digest, digestOf } from './digest.js';

/**
 * The chain IDs of layers, the lowest first: each names a layer together with all below it (OCI image-spec, config.md, "Layer ChainID"). The
 * diff ID alone does not say what a directory has whose parents only lower layers describe.
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push(parent === undefined ? diffId : digestOf(`${parent} ${diffId}`));
  }
  return chain;
}
