import type { ContainerConfig } from '../container/record.js';

/** The networks that a container is in, by their names; `none` and `host` count, another container's do not. */
export function networksOf({ network, endpoints }: ContainerConfig): readonly string[] {
  if (network.startsWith('container:')) return [];
  return endpoints ? endpoints.map((one) => one.network) : [network];
}
