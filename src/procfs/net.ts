/** What /proc/PID/net says of a network namespace: proc_pid_net(5). */
import { existsSync } from 'node:fs';
import { type Pid, procPath, readProc } from './proc.js';

/** A link and what has gone through it. */
export interface LinkTraffic {
  readonly name: string;
  /** Packets. */
  readonly received: number;
  readonly sent: number;
}

/** Two lines of headings, then one a link: its name, eight numbers of what was received, eight of what was sent. */
export function readTraffic(pid: Pid): LinkTraffic[] {
  return linesOf(pid, 'net/dev', 2).map((line) => {
    const [name = '', numbers = ''] = line.split(':');
    const fields = numbers.trim().split(/\s+/).map(Number);
    return { name: name.trim(), received: fields[1] ?? 0, sent: fields[9] ?? 0 };
  });
}

/** A route of IPv4, as `ip route` words it: `default via 172.30.0.1 dev eth0`. */
export function readRoutes(pid: Pid): string[] {
  return linesOf(pid, 'net/route', 1).map((line) => {
    const [link, destination = '', gateway = '', , , , , mask = ''] = line.split('\t');
    const via = Number.parseInt(gateway, 16) === 0 ? '' : ` via ${addressOf(gateway)}`;
    return `${networkOf(destination, mask)}${via} dev ${link}`;
  });
}

function networkOf(destination: string, mask: string): string {
  const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
  return bits === 0 ? 'default' : `${addressOf(destination)}/${bits}`;
}

/** Four bytes as the kernel prints them, the last of the address first. */
function addressOf(hex: string): string {
  return Buffer.from(hex, 'hex').reverse().join('.');
}

/** Who is where on the links, as far as it was asked: `172.30.0.3 02:42:ac:1e:00:03`. */
export function readNeighbours(pid: Pid): string[] {
  return linesOf(pid, 'net/arp', 1).map((line) => {
    const [address, , , mac] = line.split(/\s+/);
    return `${address} ${mac}`;
  });
}

/** Whether the kernel of the process has IPv6. */
export function hasIpv6(pid: Pid = 'self'): boolean {
  return existsSync(procPath(pid, 'net/if_inet6'));
}

function linesOf(pid: Pid, file: string, headings: number): string[] {
  return (readProc(pid, file) ?? '').split('\n').slice(headings).filter(Boolean);
}
