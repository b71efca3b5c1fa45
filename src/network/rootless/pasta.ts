import { execve } from '../../kernel/calls/index.js';
import type { Syscall } from '../../kernel/syscall.js';
import type { Protocol, PublishedPort } from '../ports/published.js';
import { type Joining, LOG } from './helper-process.js';
import { ADDRESS, GATEWAY, LINK, NAME_SERVER, PREFIX } from './inside.js';

/**
 * pasta(1): the same with a socket of the host for each connection, and the ports given at the start. By itself it would take the host's addresses,
 * lead the gateway's to the host's 127.0.0.1 (map-gw), and let a container reach what listens there as if it were inside (tcp-ns, udp-ns).
 */
export function pasta(path: string, { pid, mac }: Joining, ports: readonly PublishedPort[]): Syscall {
  const own = [
    '--ns-ifname',
    LINK,
    '--ns-mac-addr',
    mac,
    '--address',
    ADDRESS,
    '--netmask',
    `${PREFIX}`,
    '--gateway',
    GATEWAY,
  ];
  const safety = ['--no-map-gw', '--tcp-ns', 'none', '--udp-ns', 'none'];
  const published = [...portWords('tcp', ports), ...portWords('udp', ports)];
  // It writes its pid when all is done: so it says that it is ready.
  const process = ['--foreground', '--quiet', '--log-file', LOG, '--pid', '/dev/stdout'];
  const words = [
    '--config-net',
    '--ipv4-only',
    ...own,
    '--dns-forward',
    NAME_SERVER,
    ...safety,
    ...published,
    ...process,
  ];
  return execve(path, ['pasta', ...words, `${pid}`], []);
}

function portWords(protocol: Protocol, ports: readonly PublishedPort[]): string[] {
  const own = ports.filter((port) => port.protocol === protocol);
  const words = own.map(({ hostIp, hostPort, containerPort }) => {
    const host = hostIp === '' ? `${hostPort}` : `${hostIp}/${hostPort}`;
    return `${host}:${containerPort}`;
  });
  return (words.length === 0 ? ['none'] : words).flatMap((word) => [`--${protocol}-ports`, word]);
}
