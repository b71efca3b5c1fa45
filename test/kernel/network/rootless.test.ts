import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HELPERS } from '../../../src/network/rootless/choose.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { ledgerFiles } from '../../../src/state/ledger/ledger-file.js';
import { needs } from '../../support/needs.js';
import { ANSWER, HOST, LOOPBACK_PORT, NEIGHBOUR, OWN_PORT, useNeighbour } from './neighbours.js';
import { helpersHere, onUsersHost, UID } from './users-host.js';

useNeighbour();
beforeEach((test) => {
  needs(test, 'root');
  needs(test, 'user namespaces for ordinary users');
});

/** What stands for a container: it tells what it reaches, and then answers on its port 80 whoever says something. */
const CONTAINER = `const net = require('node:net'), dns = require('node:dns').promises, os = require('node:os');
const ask = (host, port) => new Promise((told) => {
  const one = net.connect(port, host).setTimeout(2000, () => { told('no answer'); one.destroy(); });
  one.once('data', (data) => told(String(data))).once('error', ({ code }) => told(code)).once('end', () => told('closed'));
});
const names = new dns.Resolver({ timeout: 2000, tries: 1 });
names.setServers(['10.0.2.3']);
net.createServer((one) => one.on('data', () => one.end('the container')).on('error', () => {})).listen(80, '0.0.0.0');
const udp = require('node:dgram').createSocket('udp4').on('message', (_, { address, port }) => udp.send('the container', port, address)).bind(53);
const reached = async () => ({
  neighbour: await ask('${NEIGHBOUR}', 80),
  host: await ask('${HOST}', ${OWN_PORT}),
  loopback: await Promise.all(['127.0.0.1', '10.0.2.2', '${HOST}'].map((at) => ask(at, ${LOOPBACK_PORT}))),
  name: await names.resolve4('any.example').catch(({ code }) => code),
  links: Object.entries(os.networkInterfaces()).map(([name, all]) => [name, all.find(({ family }) => family === 'IPv4')?.cidr]),
});
reached().then((all) => console.log(JSON.stringify(all)));`;

/** Starts it, connects it, and says who the two are; ends it where it is told to, and by itself with its standard input. */
const TSLAB = `const [directory, ports, outlives] = JSON.parse(process.argv[1]);
const child = start({
  namespaces: CLONE_NEWUSER | CLONE_NEWNET, outlives, stdio: ['null', 1, 2],
  calls: [execve(process.execPath, ['node', '-e', ${JSON.stringify(CONTAINER)}], [])],
}, (pid) => {
  mapToRoot(pid);
  connect(chooseHelper(), { pid, directory, mac: '02:42:0a:00:02:64', outlives }, ports);
  entrust(directory);
});
console.log(JSON.stringify({ pid: child.pid, ...JSON.parse(readFileSync(directory + '/network-helper.json')) , container: child.pid }));
process.stdin.on('end', () => { process.kill(child.pid, 'SIGKILL'); disconnect(directory); }).resume();`;

const MODULES: Readonly<Record<string, string>> = {
  'kernel/process': 'start',
  'kernel/constants': 'CLONE_NEWUSER, CLONE_NEWNET',
  'kernel/calls/index': 'execve',
  'kernel/credentials/user-namespace': 'mapToRoot',
  'network/rootless/choose': 'chooseHelper',
  'network/rootless/connection': 'connect',
  'network/rootless/helper-file': 'entrust, disconnect',
};

const IMPORTS = Object.entries(MODULES).map(
  ([module, names]) => `import { ${names} } from '${pathToFileURL(`dist/src/${module}.js`).href}';`,
);

interface Port {
  readonly protocol: 'tcp' | 'udp';
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

let state = '';
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-helper-'));
  writeFileSync(join(state, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  chownSync(state, UID, UID);
  process.env.TSLAB_STATE = join(state, 'state');
});
afterAll(() => {
  delete process.env.TSLAB_STATE;
  rmSync(state, { recursive: true });
});

/** A tslab of an ordinary user, with one container. */
class Session {
  readonly directory: string;
  readonly #tslab: ChildProcess;
  readonly #lines: Interface;
  /** It has ended, and nobody has its standard output any more. */
  readonly ended: Promise<unknown>;
  readonly #exited: Promise<unknown>;
  stderr = '';

  constructor(helper: string, ports: readonly Port[], outlives = false) {
    this.directory = mkdtempSync(join(state, 'container-'));
    chownSync(this.directory, UID, UID);
    const code = `import { readFileSync } from 'node:fs'; ${IMPORTS.join('\n')}\n${TSLAB}`;
    const program = [
      process.execPath,
      '--input-type=module',
      '-e',
      code,
      JSON.stringify([this.directory, ports, outlives]),
    ];
    const words = onUsersHost(helper, join(state, 'resolv.conf'), program);
    this.#tslab = spawn('unshare', words, { cwd: '/' });
    this.#tslab.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.#lines = createInterface({ input: this.#tslab.stdout as NodeJS.ReadableStream });
    this.ended = once(this.#tslab, 'close');
    this.#exited = once(this.#tslab, 'exit');
  }

  /** The next line that it prints, or the container. */
  async next<T>(): Promise<T> {
    const line = await Promise.race([once(this.#lines, 'line'), this.ended.then(() => undefined)]);
    if (!line) throw new Error(this.stderr);
    return JSON.parse(String(line[0]));
  }

  /** Tells it to end the container. */
  end(): Promise<unknown> {
    this.#tslab.stdin?.end();
    return this.ended;
  }

  kill(): Promise<unknown> {
    this.#tslab.kill('SIGKILL');
    return this.#exited;
  }
}

interface Named {
  readonly pid: number;
  readonly startTime: number;
  readonly container: number;
}

describe.each(HELPERS)('a container that %s connects', (helper) => {
  const ports: readonly Port[] = [
    { protocol: 'tcp', hostIp: '', hostPort: 7080, containerPort: 80 },
    { protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 7081, containerPort: 80 },
    { protocol: 'udp', hostIp: '', hostPort: 7053, containerPort: 53 },
  ];
  let session: Session;
  let named: Named;
  let reached: Record<string, unknown>;

  beforeEach((test) => needs(test, helper));
  beforeAll(async () => {
    session = new Session(helper, ports);
    named = await session.next();
    reached = await session.next();
  });
  afterAll(() => session?.kill());

  it('reaches others, who see the host', () => {
    expect(reached).toMatchObject({ neighbour: HOST, host: 'the host' });
  });

  it('does not reach what listens on the host’s 127.0.0.1', () => {
    expect(JSON.stringify(reached.loopback)).not.toContain('the host');
  });

  it('asks the host’s name server, where only the host reaches that', () => {
    expect(reached.name).toEqual([ANSWER]);
  });

  it('has lo and eth0', () => {
    expect(reached.links).toEqual([
      ['lo', '127.0.0.1/8'],
      ['eth0', '10.0.2.100/24'],
    ]);
  });

  it('is reached at its ports, by the host and by others', async () => {
    expect(await ask('127.0.0.1', 7080, 'who?')).toBe('the container');
    expect(await ask(HOST, 7080, 'who?')).toBe('the container');
    expect(await ask(NEIGHBOUR, 81, '7080')).toBe('the container');
    expect(await askByUdp(HOST, 7053)).toBe('the container');
  });

  it('is reached at 127.0.0.1 alone where that was asked for', async () => {
    expect(await ask('127.0.0.1', 7081, 'who?')).toBe('the container');
    expect(await ask(NEIGHBOUR, 81, '7081')).toBe('ECONNREFUSED');
  });

  it('takes it along when it ends', async () => {
    expect(isAlive(named.pid, named.startTime)).toBe(true);
    await session.end();
    expect(session.stderr).toBe('');
    expect([isAlive(named.pid, named.startTime), ledgerFiles()]).toEqual([false, []]);
    expect(existsSync(join(session.directory, 'network-helper.json'))).toBe(false);
  });

  it('leaves no process where tslab is killed', async () => {
    const other = new Session(helper, []);
    const { pid, startTime } = await other.next<Named>();
    await other.kill();
    await expect.poll(() => isAlive(pid, startTime)).toBe(false);
  });

  it('stays connected where it outlives tslab', async () => {
    const other = new Session(helper, [{ ...(ports[0] as Port), hostPort: 7090 }], true);
    const { pid, startTime, container } = await other.next<Named>();
    await other.next();
    await other.kill();
    expect(await ask('127.0.0.1', 7090, 'who?')).toBe('the container');
    for (const one of [container, pid]) process.kill(one, 'SIGKILL');
    await expect.poll(() => isAlive(pid, startTime)).toBe(false);
  });

  it('is not started where a port is taken, and nothing is left', async () => {
    const taken = new Session(helper, [{ ...(ports[0] as Port), hostIp: '127.0.0.1', hostPort: LOOPBACK_PORT }]);
    await expect(taken.next()).rejects.toThrow(new RegExp(`127.0.0.1[:/]${LOOPBACK_PORT}`));
    expect([helpersHere(), ledgerFiles()]).toEqual([[], []]);
  });
});

async function ask(host: string, port: number, question: string): Promise<string> {
  const one = connect(port, host).setTimeout(5_000, () => one.destroy(new Error('no answer')));
  await once(one, 'connect');
  one.write(question);
  const [answer] = await once(one, 'data');
  one.destroy();
  return String(answer);
}

async function askByUdp(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  socket.send('who?', port, host);
  const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
  socket.close();
  return String(answer);
}
