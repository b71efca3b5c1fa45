import { describe, expect, it } from 'vitest';
import { parseBound } from '../../../src/procfs/sockets.js';

/** Listeners at 127.0.0.1:8080 and 0.0.0.0:443, a connection to 8080; at [::1]:8080 and [::]:22; a socket of UDP at port 53 of 10.0.0.1. */
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 ffff 100 0 0 10 0
   1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 ffff 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D3A4 01 00000000:00000000 00:00000000 00000000     0        0 103 1 ffff 20 4 30 10 -1`;
const TCP6 = `   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 201 1 ffff 100 0 0 10 0
   1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 202 1 ffff 100 0 0 10 0`;
const UDP = `  62: 0100000A:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 301 2 ffff 0`;

describe('the sockets that have a port', () => {
  it.each([
    [TCP, 'tcp', '127.0.0.1', 8080, ['101']],
    [TCP, 'tcp', '', 8080, ['101']],
    [TCP, 'tcp', '0.0.0.0', 8080, ['101']],
    [TCP, 'tcp', '10.0.0.1', 8080, []],
    [TCP, 'tcp', '10.0.0.1', 443, ['102']],
    [TCP, 'tcp', '', 80, []],
    [TCP6, 'tcp', '::1', 8080, ['201']],
    [TCP6, 'tcp', '::2', 8080, []],
    [TCP6, 'tcp', '::2', 22, ['202']],
    [UDP, 'udp', '10.0.0.1', 53, ['301']],
    [UDP, 'tcp', '', 53, []],
    ['', 'tcp', '', 53, []],
  ] as const)('%#: %s at %s:%i', (table, protocol, address, port, inodes) => {
    expect(parseBound(table, { protocol, address, port })).toEqual(inodes);
  });
});
