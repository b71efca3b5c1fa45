/** Ports of a container in the words of docker's commands. */
import type { ContainerConfig } from '../container/record.js';
import { isRunning } from '../container/state.js';
import type { Container } from '../container/store/store.js';
import { type ContainerPort, exposedPorts, hostIps, portName } from '../network/ports/published.js';
import { hasIpv6 } from '../procfs/net.js';
import { networksOf } from './networks-of.js';

/** A port of a container, and a port of the host that leads to it where one does. */
export interface ShownPort extends ContainerPort {
  readonly host?: { readonly ip: string; readonly port: number };
}

/** Those of a container that runs: published ones once for each kind of address, then those that are exposed only. */
export function shownPorts({ config, state }: Container): ShownPort[] {
  if (!isRunning(state) || !hasOwnAddress(config)) return [];
  const isIpv6 = hasIpv6();
  const published = (state.ports ?? []).flatMap(({ hostIp, hostPort, ...port }): ShownPort[] =>
    hostIps({ hostIp }, isIpv6).map((ip) => ({ ...port, host: { ip, port: hostPort } })),
  );
  const names = new Set(published.map(portName));
  return [...published, ...exposedPorts(config).filter((port) => !names.has(portName(port)))];
}

/** With the network of the host, or of another container, ports are theirs; with none there are none. */
function hasOwnAddress(config: ContainerConfig): boolean {
  return networksOf(config).some((name) => name !== 'none' && name !== 'host');
}

/** The order of Go's strings, by their bytes. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** As Go's net.JoinHostPort(). */
export function joinHostPort(ip: string, port: number | string): string {
  return `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}
