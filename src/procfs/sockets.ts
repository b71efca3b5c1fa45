/** Who has a socket of this network namespace: proc_pid_net(5) tells its number, proc_pid_fd(5) whose it is. */
import { readdirSync } from 'node:fs';
import { addressBytes } from '../kernel/sockets/ip-address.js';
import { ifReadable, procPath, readLink, readProc } from './proc.js';
import { listProcesses, type Process } from './processes.js';

/** An address with a port; an empty one is all addresses. */
export interface LocalAddress {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

/** The process that keeps others from having an address. Undefined where there is none, or /proc does not show that to us. */
export function whoHas(wanted: LocalAddress): Process | undefined {
  const tables = [wanted.protocol, `${wanted.protocol}6`].map((name) => readProc('self', `net/${name}`) ?? '');
  const inodes = tables.flatMap((table) => parseBound(table, wanted));
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  return links.size > 0
    ? listProcesses().find(({ pid }) => descriptorsOf(pid).some((link) => links.has(link)))
    : undefined;
}

/** TCP_LISTEN and, for UDP, TCP_CLOSE, of include/net/tcp_states.h: what is bound and not connected. */
const BOUND = { tcp: '0A', udp: '07' };

/** The inodes of sockets that have the port, at the address or at one that it is among: `sl local rem st … inode`. */
export function parseBound(table: string, { protocol, address, port }: LocalAddress): string[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [theirs = '', theirPort = ''] = local.split(':');
    if (state !== BOUND[protocol] || Number.parseInt(theirPort, 16) !== port) return [];
    return isAll(theirs) || address === '' || isAll(hexOf(address)) || theirs === hexOf(address) ? [inode] : [];
  });
}

function isAll(address: string): boolean {
  return /^0+$/.test(address);
}

/** As the kernel prints it: words of four bytes, each in the machine's order. */
function hexOf(address: string): string {
  return addressBytes(address).swap32().toString('hex').toUpperCase();
}

function descriptorsOf(pid: number): string[] {
  const names = ifReadable(() => readdirSync(procPath(pid, 'fd'))) ?? [];
  return names.flatMap((name) => readLink(pid, `fd/${name}`) ?? []);
}
