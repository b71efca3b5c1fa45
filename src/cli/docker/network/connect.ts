import { checkAlias, endpointWith } from '../../../docker/options/network/network.js';
import { findCurrent } from '../shared/find.js';

export interface ConnectFlags {
  readonly alias?: readonly string[];
  readonly ip?: string;
  readonly ip6?: string;
}

/** `tslab network connect` */
export async function connectTo(network: string, reference: string, flags: ConnectFlags): Promise<number> {
  const { alias = [], ...addresses } = flags;
  const { connect } = await import('../../../container/network/connect.js');
  await connect(await findCurrent(reference), endpointWith(network, alias.map(checkAlias), addresses));
  return 0;
}

/** `tslab network disconnect` */
export async function disconnectFrom(network: string, reference: string): Promise<number> {
  const { disconnect } = await import('../../../container/network/connect.js');
  await disconnect(await findCurrent(reference), network);
  return 0;
}
