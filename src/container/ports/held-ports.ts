import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { PortHolder, PortRefused } from '../../network/ports/port-holder.js';
import {
  ANY_IPV4,
  type PortRequest,
  type PublishedPort,
  requestedPorts,
  sameAgain,
} from '../../network/ports/published.js';
import { type Container, readOrSkip } from '../store/store.js';
import { refusedPort } from './refused-port.js';

/** Ports of the host that this process has for the containers that it keeps, by their ids. */
const HELD = new Map<string, PortHolder>();

/**
 * Takes the ports of a container that is about to start in a network: all, or none. Throws UserError (2), which says who has one. In no network
 * there is nobody to lead to; in that of the host, or of another container, ports are theirs.
 */
export function takePorts({ config }: Container): readonly PublishedPort[] {
  return take(config.id, requestedPorts(config).map(asPossible));
}

/** Without root it is reached by IPv4 alone (slirp4netns(1)). */
function asPossible(request: PortRequest): PortRequest {
  return isPrivileged() || request.hostIp !== '' ? request : { ...request, hostIp: ANY_IPV4 };
}

/** The same ports for one that runs, and whose keeper was killed. Without root they are its helper's, which lives. */
export function takeAgain({ config: { id }, state: { ports = [], links = [] } }: Container): void {
  if (!isPrivileged()) return;
  take(id, ports.map(sameAgain));
  if (links.length > 0) forwardPorts(id);
}

function take(id: string, requests: readonly PortRequest[]): readonly PublishedPort[] {
  if (requests.length === 0) return [];
  try {
    const holder = new PortHolder(requests);
    HELD.set(id, holder);
    return holder.ports;
  } catch (error) {
    throw error instanceof PortRefused ? refusedPort(error) : error;
  }
}

/** What comes goes to the container from now on, to the link that is its first by then, and so does what came before. */
export function forwardPorts(id: string): void {
  HELD.get(id)?.forwardTo(() => readOrSkip(id)?.state.links?.[0]?.address);
}

/** Gives them back, and ends the connections that go through them. */
export function releasePorts(id: string): void {
  HELD.get(id)?.[Symbol.dispose]();
  HELD.delete(id);
}
