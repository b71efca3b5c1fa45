import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { addressed, defaultRoute, ETH0, loopbackUp, newPair } from '../../../labs/08-network/calls/link.js';
import { execve, exitGroup } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNET } from '../../../src/kernel/constants.js';
import { type Child, start } from '../../../src/kernel/process.js';
import type { Message } from '../../../src/netlink/message.js';
import { rtnetlink } from '../../../src/netlink/requests.js';

/** The host's address for others, and the neighbour's, behind whom is everything else. */
export const HOST = '192.0.2.1';
export const NEIGHBOUR = '192.0.2.2';
/** Ports at which the host listens: at its own address, and at its 127.0.0.1 alone. */
export const OWN_PORT = 7001;
export const LOOPBACK_PORT = 7002;
/** What the host's name server, which listens at its 127.0.0.1, says of any name. */
export const ANSWER = '192.0.2.77';

const UPLINK = { index: 7, name: 'up0' };

/** Tells on port 80 who asked, and on port 81 what the host says to it at a port. */
const NEIGHBOURS_PROGRAM = `const net = require('node:net');
net.createServer((one) => one.end(one.remoteAddress)).listen(80, '0.0.0.0');
net.createServer((one) => one.once('data', (port) => {
  const asked = net.connect(Number(port), '${HOST}', () => asked.write('who?'));
  asked.setTimeout(3000, () => asked.destroy()).on('error', (error) => one.end(error.code)).pipe(one);
}).on('error', () => {})).listen(81, '0.0.0.0');
console.log('listening');`;

/** The tests of a file are on a host of their own, with a neighbour. Needs root. */
export function useNeighbour(): void {
  const open: { close(): void }[] = [];
  let neighbour: Child | undefined;
  beforeAll(async () => {
    if (process.geteuid?.() !== 0) return;
    neighbour = await startNeighbour();
    open.push(listenAt(HOST, OWN_PORT), listenAt('127.0.0.1', LOOPBACK_PORT), nameServer());
    await once(open.at(-1) as never, 'listening');
  });
  afterAll(async () => {
    for (const one of open) one.close();
    if (neighbour) process.kill(neighbour.pid, 'SIGKILL');
    await neighbour?.exited;
  });
}

async function startNeighbour(): Promise<Child> {
  const own = rtnetlink([loopbackUp(), ...addressed(ETH0, `${NEIGHBOUR}/24`)]);
  const program = execve(process.execPath, ['node', '-e', NEIGHBOURS_PROGRAM], []);
  const spec = { namespaces: CLONE_NEWNET, calls: [...own, program], stdio: ['null', 'pipe', 'null'] } as const;
  const neighbour = start(spec, (pid) => here([newPair(pid, NEIGHBOUR, UPLINK)]));
  await once(neighbour.stdout as never, 'data');
  await here([...addressed(UPLINK.index, `${HOST}/24`), defaultRoute(NEIGHBOUR)]);
  return neighbour;
}

/** Has the kernel do something to the host's network. */
function here(messages: readonly Message[]): unknown {
  return start({ calls: [...rtnetlink(messages), exitGroup(0)] }).exited;
}

function listenAt(address: string, port: number) {
  return createServer((one) => one.end('the host')).listen(port, address);
}

/** DNS (RFC 1035): the question again, with one answer of type A. */
function nameServer() {
  const socket = createSocket('udp4');
  socket.on('message', (question, { address, port }) => {
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 6);
    header.writeUInt16BE(0, 10);
    const end = question.indexOf(0, 12) + 5;
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...ANSWER.split('.').map(Number)]);
    socket.send(Buffer.concat([header, question.subarray(12, end), record]), port, address);
  });
  return socket.bind(53, '127.0.0.1');
}
