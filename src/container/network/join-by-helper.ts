/** The default network without root: a link whose other end is a program of the same user's, slirp4netns(1) or pasta(1). */
import { UserError } from '../../kernel/errors/user-error.js';
import { DEFAULT_NETWORK } from '../../network/config.js';
import type { PublishedPort } from '../../network/ports/published.js';
import { chooseHelper, type Helper } from '../../network/rootless/choose.js';
import { connect } from '../../network/rootless/connection.js';
import { disconnect, entrust } from '../../network/rootless/helper-file.js';
import { ADDRESS, GATEWAY, LINK, MAC, NAME_SERVER, PREFIX } from '../../network/rootless/inside.js';
import { releasePorts } from '../ports/held-ports.js';
import type { EndpointConfig } from '../record.js';
import type { ContainerLink } from '../state.js';
import type { Container } from '../store/store.js';
import type { Joined } from './join.js';

/** Throws UserError (3) where there is no helper, or where it is to be in a network that somebody has made. */
export function join(container: Container, ports: readonly PublishedPort[], outlives: boolean): Joined {
  const { config, directory } = container;
  const helper = chooseHelper();
  const link = linkOf(config.endpoints);
  // The helper binds them itself, and what is open when a container's process is made stays so in that one until it executes its program.
  releasePorts(config.id);
  const open = (pid: number) => connect(helper, { pid, directory, mac: link.mac, outlives }, ports);
  return { ...joined(helper, link, open), entrust: () => entrust(directory) };
}

/** What it would get if it started now, for `--dry-run`. */
export function preview({ config }: Container): Joined {
  return joined(chooseHelper(), linkOf(config.endpoints), () => {});
}

/** Ends its helper. */
export function leave({ directory }: Container): void {
  disconnect(directory);
}

/** A bridge takes rights on the host. Throws UserError (3) where there would have to be one. */
export function refuseBridges(endpoints: readonly EndpointConfig[]): void {
  const made = endpoints.find(({ network }) => network !== DEFAULT_NETWORK);
  if (!made) return;
  const remedy = `--network ${DEFAULT_NETWORK} reaches the world, --network container:NAME another container. Or run tslab as root.`;
  throw new UserError(
    `--network ${made.network}: without root a container is in no network that has a bridge`,
    3,
    remedy,
  );
}

/** No network is kept of it, so it has no ids. */
function linkOf(endpoints: readonly EndpointConfig[] = []): ContainerLink {
  refuseBridges(endpoints);
  const ids = { networkId: '', endpointId: '' };
  const mac = endpoints[0]?.mac ?? MAC;
  return { network: DEFAULT_NETWORK, ...ids, address: ADDRESS, prefix: PREFIX, gateway: GATEWAY, mac, nth: 0 };
}

/** The helper does in its namespace what a container in a bridge does itself. */
function joined({ name }: Helper, link: ContainerLink, open: (pid: number) => void): Joined {
  const { address, prefix, mac } = link;
  const line = `${name} PID: link ${LINK} (${mac}) of PID with ${address}/${prefix}, the way out by ${GATEWAY}`;
  const where = { addresses: [address], gateway: undefined, peers: [], nameServer: NAME_SERVER };
  return { links: [link], own: { links: [], gate: { lines: [line], open } }, where, notices: [] };
}
