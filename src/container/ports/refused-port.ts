import { errnoMeaning } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { PortRefused } from '../../network/ports/port-holder.js';
import { ANY_IPV4, type PortRequest } from '../../network/ports/published.js';
import { whoHas } from '../../procfs/sockets.js';
import { isRunning } from '../state.js';
import { containerIds, readOrSkip } from '../store/store.js';

/** Docker's words for a port that the kernel does not give (moby, libnetwork/portallocator), and who has it. */
export function refusedPort({ request, cause }: PortRefused): UserError {
  const { hostIp, firstHostPort, lastHostPort } = request;
  const ip = hostIp.includes(':') ? `[${hostIp}]` : hostIp || ANY_IPV4;
  if (cause.errno !== 'EADDRINUSE') {
    const why = errnoMeaning(Number(-(cause.record.result ?? 0n)));
    return new UserError(`Bind for ${ip}:${firstHostPort} failed: ${why}`, 2, REMEDIES[cause.errno]);
  }
  if (firstHostPort !== lastHostPort) {
    const message = `Bind for ${ip}:${firstHostPort}-${lastHostPort} failed: all ports are allocated`;
    return new UserError(message, 2, 'Give a longer range, or none: then any free port is taken.');
  }
  return taken(`Bind for ${ip}:${firstHostPort} failed: port is already allocated`, request);
}

const REMEDIES: Partial<Record<string, string>> = {
  EADDRNOTAVAIL: 'It is no address of this host: `ip addr`, or /proc/net/fib_trie, lists them.',
  EACCES: 'Ports below that in /proc/sys/net/ipv4/ip_unprivileged_port_start are root’s: take a higher one.',
};

function taken(message: string, request: PortRequest): UserError {
  const { protocol, hostIp: address, firstHostPort: port, containerPort } = request;
  const another = `-p 0:${containerPort} takes any port that is free`;
  const container = containerWith(request);
  if (container)
    return new UserError(`${message}: container ${container} has it`, 2, `tslab stop ${container}, or ${another}.`);
  const process = whoHas({ protocol, address, port });
  const owner = process ? `pid ${process.pid} (${process.comm})` : 'a program that /proc does not show here';
  return new UserError(`${message}: ${owner} has it`, 2, `End that program, or ${another}.`);
}

/** The name of the container for which another process has it. */
function containerWith({ protocol, firstHostPort }: PortRequest): string | undefined {
  const all = containerIds().flatMap((id) => readOrSkip(id) ?? []);
  const found = all.find(
    ({ state }) =>
      isRunning(state) && state.ports?.some((port) => port.protocol === protocol && port.hostPort === firstHostPort),
  );
  return found?.config.name;
}
