import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { CLONE_NEWNET } from '../../../src/kernel/constants.js';
import { start } from '../../../src/kernel/process.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { HOST, OUTSIDE } from './paths.js';

/** Two machines with a cable between them. This process, and tslab with it, is on one, the host. */
export interface World {
  /** A process on the other. */
  outside: number;
}

/** Makes the world before the tests of a file. Needs root and `ip`. */
export function useWorld(): World {
  const world: World = { outside: 0 };
  beforeAll(() => {
    if (process.geteuid?.() !== 0) return;
    world.outside = start({ namespaces: CLONE_NEWNET, calls: [shellThatStays()] }).pid;
    ip(undefined, `link add uplink type veth peer name eth0 netns ${world.outside}`);
    addressed(undefined, 'uplink', HOST);
    addressed(world.outside, 'eth0', OUTSIDE);
  });
  afterAll(() => {
    if (world.outside > 0) process.kill(world.outside, 'SIGKILL');
  });
  return world;
}

/** `ip`, in the network namespace of a process, or on the host. */
export function ip(pid: number | undefined, words: string): void {
  const [program = '', ...args] = within(pid, ['ip', ...words.split(' ')]);
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function addressed(pid: number | undefined, link: string, { ipv4, ipv6 }: typeof HOST): void {
  ip(pid, `addr add ${ipv4}/24 dev ${link}`);
  ip(pid, `addr add ${ipv6}/64 dev ${link} nodad`);
  ip(pid, `link set ${link} up`);
}

function within(pid: number | undefined, command: string[]): string[] {
  return pid === undefined ? command : ['nsenter', '-t', `${pid}`, '-n', ...command];
}

const ASK = `
const ask = ([address, port]) => new Promise((say) => {
  const socket = require('node:net').connect(port, address);
  socket.setTimeout(3000, () => say('no answer'));
  socket.on('data', (text) => say(String(text))).on('error', ({ code }) => say(code)).on('end', () => say('end'));
});
Promise.all(JSON.parse(process.argv[1]).map(ask)).then((said) => { console.log(JSON.stringify(said)); process.exit(); });`;

/** An address, and a port. */
type Place = readonly [address: string, port: number];

/** What somebody is told who connects from the namespace of a process, or from the host. */
export async function ask(from: number | undefined, address: string, port: number): Promise<string> {
  const [said = ''] = await askAt(from, [[address, port]]);
  return said.trim();
}

/** The same at several places at once. */
export async function askAt(from: number | undefined, places: readonly Place[]): Promise<string[]> {
  const [program = '', ...args] = within(from, [process.execPath, '-e', ASK, JSON.stringify(places)]);
  const { stdout } = await promisify(execFile)(program, args);
  return JSON.parse(stdout);
}

const ANSWERING = `
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.end('you are ' + socket.remoteAddress.replace('::ffff:', ''));
});
server.listen(Number(process.argv[1]), () => console.log('listening'));`;

/** A server in the namespace of a process, which tells everybody who they are. The function ends it. */
export async function answering(pid: number, port: number): Promise<() => void> {
  return await program(pid, ANSWERING, port);
}

async function program(pid: number, script: string, port: number): Promise<() => void> {
  const [nsenter = '', ...args] = within(pid, [process.execPath, '-e', script, `${port}`]);
  const child = spawn(nsenter, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return () => child.kill('SIGKILL');
}

const ASK_BY_UDP = `
const [address, port] = process.argv.slice(1);
const socket = require('node:dgram').createSocket(address.includes(':') ? 'udp6' : 'udp4');
setTimeout(() => { console.log('no answer'); process.exit(); }, 3000);
socket.on('message', (answer) => { console.log(String(answer)); process.exit(); });
socket.on('error', ({ code }) => { console.log(code); process.exit(); });
socket.connect(port, address, () => socket.send('hello'));`;

/** The same by a datagram. */
export async function askByUdp(from: number | undefined, address: string, port: number): Promise<string> {
  const [program = '', ...args] = within(from, [process.execPath, '-e', ASK_BY_UDP, address, `${port}`]);
  const { stdout } = await promisify(execFile)(program, args);
  return stdout.trim();
}

const ANSWERING_BY_UDP = `
const socket = require('node:dgram').createSocket('udp4');
socket.on('message', (_, { address, port }) => socket.send('you are ' + address, port, address));
socket.bind(Number(process.argv[1]), () => console.log('listening'));`;

export async function answeringByUdp(pid: number, port: number): Promise<() => void> {
  return await program(pid, ANSWERING_BY_UDP, port);
}
