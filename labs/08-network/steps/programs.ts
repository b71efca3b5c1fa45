/** Programs of this lab: node's, since every machine that runs it has one. Each says when it listens. */
import type { Child } from '../../../src/kernel/process.js';
import type { Lab } from '../../../src/lab/lab.js';
import { type Node, PORT, program } from './setup.js';

// #region answering
/** Tells everybody who connects from which address that was. */
const ANSWERING = `
const server = require('node:net').createServer((socket) => {
  socket.end('you are ' + socket.remoteAddress.replace('::ffff:', ''));
  socket.on('error', () => {});
});
server.listen(Number(process.argv[1]), () => console.log('listening'));`;
// #endregion

export function answering(lab: Lab, node: Node, port = PORT): Promise<Child> {
  return program(lab, node, ANSWERING, `${port}`);
}

// #region forwarding
/** Listens on a port, and connects everybody who comes with another address. */
const FORWARDING = `
const { connect, createServer } = require('node:net');
const [port, address, toPort] = process.argv.slice(1);
const server = createServer((client) => {
  const target = connect(toPort, address);
  client.pipe(target).pipe(client);
  for (const end of [client, target]) end.on('error', () => [client, target].map((one) => one.destroy()));
});
server.listen(port, () => console.log('listening'));`;
// #endregion

export function forwarding(lab: Lab, node: Node, port: number, address: string, toPort = PORT): Promise<Child> {
  return program(lab, node, FORWARDING, `${port}`, address, `${toPort}`);
}
