import { readFileSync } from 'node:fs';

/** The two ends of a connection to 127.0.0.1, as the server sees them. */
export interface Connection {
  readonly localPort: number;
  readonly remotePort: number;
}

/** The user who holds the other end of a connection from this machine; undefined where it is closed. */
export function userOfPeer(connection: Connection): number | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readTable);
  return parsePeer(tables.join('\n'), connection);
}

/** IPv6 may be disabled. */
function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** TCP_ESTABLISHED of include/net/tcp_states.h. */
const ESTABLISHED = '01';

/** 127.0.0.1 as it stands in /proc/net/tcp, and at the end of ::ffff:127.0.0.1 in tcp6. */
const LOOPBACK = '0100007F';

/** `sl local rem st queues timer retransmits uid timeout inode`: proc(5). A socket that is closed has no inode, and its uid is 0. */
export function parsePeer(tables: string, { localPort, remotePort }: Connection): number | undefined {
  for (const line of tables.split('\n')) {
    const [, local = '', remote = '', state, , , , uid, , inode] = line.trim().split(/\s+/);
    const isPeer = local.endsWith(`${LOOPBACK}:${hex(remotePort)}`) && remote.endsWith(`${LOOPBACK}:${hex(localPort)}`);
    if (isPeer && state === ESTABLISHED && inode !== '0') return Number(uid);
  }
  return undefined;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
