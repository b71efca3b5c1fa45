import { UserError } from '../../kernel/errors/user-error.js';
import { isIPv6 } from '../../kernel/sockets/ip-address.js';
import type { PublishedPort } from '../ports/published.js';
import type { Helper } from './choose.js';
import { disconnect, noteHelper } from './helper-file.js';
import { type Joining, startHelper } from './helper-process.js';
import { pasta } from './pasta.js';
import { slirp } from './slirp.js';
import { askForPorts } from './slirp-ports.js';

/**
 * Connects a container, whose first process waits at its gate, with the world. Throws UserError: where a port cannot be had, or the helper does not come to work.
 */
export function connect({ name, path }: Helper, joining: Joining, ports: readonly PublishedPort[]): void {
  const outside = ports.find(({ hostIp }) => isIPv6(hostIp));
  if (outside) throw withoutIpv6(name, outside);
  try {
    begin({ name, path }, joining, ports);
  } catch (error) {
    disconnect(joining.directory);
    throw error;
  }
}

function begin({ name, path }: Helper, joining: Joining, ports: readonly PublishedPort[]): void {
  const { directory } = joining;
  const program = name === 'pasta' ? pasta(path, joining, ports) : slirp(path, joining);
  startHelper(program, joining, (process) => noteHelper(directory, process));
  if (name === 'slirp4netns' && ports.length > 0) askForPorts(directory, ports);
}

function withoutIpv6(helper: Helper['name'], { hostIp, hostPort }: PublishedPort): UserError {
  const message = `-p [${hostIp}]:${hostPort}: without root a container has IPv4 alone (${helper})`;
  return new UserError(
    message,
    2,
    `-p ${hostPort}:… publishes at all addresses of IPv4, -p 127.0.0.1:${hostPort}:… at that one.`,
  );
}
