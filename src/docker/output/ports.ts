/** PORTS of `ps`, as docker words it (docker/cli, cli/command/formatter/container.go, DisplayablePorts). */
import { byText, joinHostPort, type ShownPort } from '../ports.js';

/** Ports in a row, of one protocol and, where the host has them, of one address. */
interface Row extends ShownPort {
  readonly last: number;
}

/** `0.0.0.0:80-81->80-81/tcp, 443/tcp, 0.0.0.0:8080->90/tcp`: of ports that have the same number on the host rows are made. */
export function portList(ports: readonly ShownPort[]): string {
  const sorted = ports.toSorted(inOrder);
  const moved = sorted.filter(isMoved).map((port) => rowText({ ...port, last: port.containerPort }));
  return [...rowsOf(sorted.filter((port) => !isMoved(port))).map(rowText), ...moved].join(', ');
}

/** Those that another one follows come first, as docker has it. */
function rowsOf(ports: readonly ShownPort[]): Row[] {
  const complete: Row[] = [];
  const latest = new Map<string, Row>();
  for (const port of ports) {
    const { containerPort: last, protocol, host } = port;
    const name = `${host?.ip}/${protocol}`;
    const row = latest.get(name);
    const isNext = row?.last === last - 1;
    if (row && !isNext) complete.push(row);
    latest.set(name, isNext ? { ...row, last } : { ...port, last });
  }
  return [...complete, ...latest.values()];
}

function rowText({ containerPort, last, protocol, host }: Row): string {
  const text = (first: number) => (last === containerPort ? `${first}` : `${first}-${first + last - containerPort}`);
  const front = host ? `${joinHostPort(host.ip, text(host.port))}->` : '';
  return `${front}${text(containerPort)}/${protocol}`;
}

function isMoved({ containerPort, host }: ShownPort): boolean {
  return host !== undefined && host.port !== containerPort;
}

function inOrder(one: ShownPort, other: ShownPort): number {
  const [a, b] = [one.host, other.host];
  return (
    one.containerPort - other.containerPort ||
    byText(a?.ip ?? '', b?.ip ?? '') ||
    (a?.port ?? 0) - (b?.port ?? 0) ||
    byText(one.protocol, other.protocol)
  );
}
