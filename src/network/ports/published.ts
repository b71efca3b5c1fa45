/** Ports of a container that this host has as its own. */

export const PROTOCOLS = ['tcp', 'udp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A port of a container: `80/tcp`. */
export interface ContainerPort {
  readonly protocol: Protocol;
  readonly containerPort: number;
}

/** A port of the host that leads to one of a container. */
export interface PublishedPort extends ContainerPort {
  /** The host's address that it belongs to; empty: all of IPv4 and IPv6. */
  readonly hostIp: string;
  readonly hostPort: number;
}

/** The same as it is asked for: the first port of a range that is free. From 0 to 0: any that is free. */
export interface PortRequest extends ContainerPort {
  readonly hostIp: string;
  readonly firstHostPort: number;
  readonly lastHostPort: number;
}

/** What a container is to have of them. */
export interface AskedPorts {
  readonly publish?: readonly PortRequest[];
  /** Each that is exposed has any free port of the host. */
  readonly publishAll?: boolean;
  readonly expose?: readonly ContainerPort[];
  /** By sockets alone, which the host's own rules for what comes to it are about: no packet is led past them (DNAT). */
  readonly proxyOnly?: boolean;
}

/** Ports that a container is said to listen on: those that are published are. */
export function exposedPorts({ publish = [], expose = [] }: AskedPorts): ContainerPort[] {
  const all = [...expose, ...publish].map(({ protocol, containerPort }) => ({ protocol, containerPort }));
  return [...new Map(all.map((port) => [portName(port), port])).values()];
}

/** The ports of the host that are asked for. */
export function requestedPorts(asked: AskedPorts): PortRequest[] {
  const { publish = [], publishAll } = asked;
  const named = new Set(publish.map(portName));
  const others = publishAll ? exposedPorts(asked).filter((port) => !named.has(portName(port))) : [];
  return [...publish, ...others.map((port) => ({ ...port, hostIp: '', firstHostPort: 0, lastHostPort: 0 }))];
}

/** Of those that are there, the ones to which packets from outside are led by DNAT; the others have sockets alone. */
export function ledPorts({ proxyOnly }: AskedPorts, ports: readonly PublishedPort[]): readonly PublishedPort[] {
  return proxyOnly ? [] : ports.filter(({ hostIp }) => hostIp === '' || hostIp === ANY_IPV4);
}

/** `80/tcp` */
export function portName({ containerPort, protocol }: ContainerPort): string {
  return `${containerPort}/${protocol}`;
}

/** One that is there, as a request for the same one. */
export function sameAgain({ hostPort, ...port }: PublishedPort): PortRequest {
  return { ...port, firstHostPort: hostPort, lastHostPort: hostPort };
}

/** The addresses of the host that it is reached by, for a host with or without IPv6. */
export function hostIps({ hostIp }: Pick<PublishedPort, 'hostIp'>, hasIpv6: boolean): readonly string[] {
  if (hostIp !== '') return [hostIp];
  return hasIpv6 ? [ANY_IPV4, ANY_IPV6] : [ANY_IPV4];
}

export const ANY_IPV4 = '0.0.0.0';
export const ANY_IPV6 = '::';
