import { usualNetwork } from '../../../container/network/usual.js';
import type { RunFlags } from '../../../docker/options/run.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { DEFAULT_NETWORK } from '../../../network/config.js';
import { warn } from '../../leftovers.js';

/**
 * The network of a container that names none. Without root it takes a helper: where there is none, that is an error for whoever asks for a
 * network or for ports; others have no network, and are told so where a person reads it.
 */
export async function defaultNetwork({ network, publish, publishAll }: RunFlags): Promise<string> {
  if (isPrivileged() || (network && !network.includes('default'))) return usualNetwork();
  const { chooseHelper } = await import('../../../network/rootless/choose.js');
  try {
    chooseHelper();
    return DEFAULT_NETWORK;
  } catch (error) {
    if (network || publish || publishAll || !(error instanceof UserError)) throw error;
    if (process.stderr.isTTY) warn(`${error.message}: ${error.remedy}`);
    return usualNetwork();
  }
}
