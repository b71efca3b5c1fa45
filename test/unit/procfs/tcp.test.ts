import { describe, expect, it } from 'vitest';
import { parsePeer } from '../../../src/procfs/tcp.js';

/** Of a server at 127.0.0.1:8765, a browser of user 1000 at port 54180 and its end at the server, which is root's; a dead client of 65534. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:223D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 70001 1 ffff 100 0 0 10 0
   1: 0100007F:223D 0100007F:D3A4 01 00000000:00000000 00:00000000 00000000     0        0 70002 1 ffff 20 4 30 10 -1
   2: 0100007F:D3A4 0100007F:223D 01 00000000:00000000 00:00000000 00000000  1000        0 70003 1 ffff 20 4 30 10 -1
   3: 0100007F:D3A6 0100007F:223D 05 00000000:00000000 00:00000000 00000000     0        0 0 1 ffff 20 4 30 10 -1
   4: 0100007F:D3A8 0100007F:223D 01 00000000:00000000 00:00000000 00000000     0        0 0 1 ffff 20 4 30 10 -1
   0: 0000000000000000FFFF00000100007F:D3AA 0000000000000000FFFF00000100007F:223D 01 00000000:00000000 00:00000000 00000000  1001        0 70005 1 ffff 20 4 30 10 -1`;

describe('the user at the other end of a connection', () => {
  it.each([
    ['who holds it', 54_180, 1000],
    ['through a socket of IPv6', 54_186, 1001],
    ['nobody where it is being closed, though the table says root', 54_182, undefined],
    ['nobody where its process has gone, though the table says root', 54_184, undefined],
    ['nobody where there is none', 54_188, undefined],
  ])('is %s', (_, remotePort, user) => {
    expect(parsePeer(TABLE, { localPort: 8765, remotePort })).toBe(user);
  });
});
