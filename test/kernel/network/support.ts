import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { addressed, defaultRoute, ETH0, loopbackUp } from '../../../labs/08-network/calls/link.js';
import { CLONE_NEWNET } from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { start } from '../../../src/kernel/process.js';
import { rtnetlink } from '../../../src/netlink/requests.js';
import { plug, prepare, reserve, type WantedEndpoint } from '../../../src/network/attach.js';
import type { Network } from '../../../src/network/config.js';
import type { AskedNetwork } from '../../../src/network/create.js';
import { unplug } from '../../../src/network/detach.js';
import type { Endpoint } from '../../../src/network/endpoint.js';
import { shell } from '../../support/inside.js';

/** The tests of a file have a network namespace and a state directory of their own. */
export function useOwnHost(): void {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-test-'));
  beforeAll(() => {
    process.env.TSLAB_STATE = directory;
  });
  afterAll(() => {
    delete process.env.TSLAB_STATE;
    rmSync(directory, { recursive: true });
  });
}

/** What a shell command prints, here. Throws where it fails. */
export function sh(command: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** A command that tries a port: it says `open`, `refused` where somebody answers that nobody listens, or `silent`. */
export function reach(address: string, port: number, seconds = 4): string {
  const connect = `timeout ${seconds} bash -c ": > /dev/tcp/${address}/${port}"`;
  return `if error=$(${connect} 2>&1); then echo open; else case $error in *refused*) echo refused;; *) echo silent;; esac; fi`;
}

/** What `ip -j` or `nft -j` decodes. */
export function decoded(command: string): Record<string, unknown>[] {
  return JSON.parse(sh(command) || '[]');
}

export const ASKED: Omit<AskedNetwork, 'name'> = { internal: false, ipv6: false, labels: {}, options: {} };

/** What is wanted for a container of this name. */
export function wanted(name: string, more: Partial<WantedEndpoint> = {}): WantedEndpoint {
  const containerId = Buffer.from(name).toString('hex').padEnd(64, '0');
  return { containerId, containerName: name, aliases: [], ports: [], nth: 0, ...more };
}

/** A process in a network namespace of its own, plugged into a network, as a container is. */
export class Plugged {
  readonly endpoint: Endpoint;
  readonly notices: readonly string[];
  readonly child: Child;

  constructor(
    readonly network: Network,
    wish: WantedEndpoint,
    script = 'exec sleep 60',
  ) {
    this.endpoint = reserve(network, wish);
    const prepared = prepare(network);
    this.notices = prepared.notices;
    const { address, prefix, gateway } = this.endpoint;
    const messages = [loopbackUp(), ...addressed(ETH0, `${address}/${prefix}`), defaultRoute(gateway)];
    const spec = { ...shell(script, rtnetlink(messages)), namespaces: CLONE_NEWNET };
    this.child = start({ stdio: ['null', 'pipe', 'pipe'], ...spec }, (pid) => plug(prepared, this.endpoint, pid));
  }

  /** What a shell command prints in its network. */
  sh(command: string): string {
    return inside(this.child, command);
  }

  async kill(): Promise<void> {
    process.kill(this.child.pid, 'SIGKILL');
    await this.child.exited;
  }

  async end(): Promise<void> {
    await this.kill();
    unplug(this.network, this.endpoint);
  }
}

/** Another host, and a wire to it from this one, which is the way to all others. */
export class Outside {
  readonly child: Child;

  constructor() {
    this.child = start({ ...shell('exec sleep 600'), namespaces: CLONE_NEWNET });
    sh(`ip link add up0 type veth peer name eth0 netns ${this.child.pid}`);
    sh('ip address add 203.0.113.1/24 dev up0 && ip link set up0 up');
    this.sh('ip link set lo up && ip address add 203.0.113.2/24 dev eth0 && ip link set eth0 up');
    sh('ip route add default via 203.0.113.2');
  }

  sh(command: string): string {
    return inside(this.child, command);
  }

  async end(): Promise<void> {
    sh('ip link delete up0');
    process.kill(this.child.pid, 'SIGKILL');
    await this.child.exited;
  }
}

/** What a shell command prints in the network of a process. */
function inside({ pid }: Child, command: string): string {
  return sh(`nsenter --net=/proc/${pid}/ns/net sh -c '${command}'`).trim();
}

/** A program that tells who connects to a port what its address is. */
export function serve({ pid }: Child, port: number, address = '0.0.0.0'): Disposable {
  const script = `require("net").createServer((s) => s.end(s.remoteAddress)).listen(${port}, "${address}")`;
  const program = spawn('nsenter', [`--net=/proc/${pid}/ns/net`, process.execPath, '-e', script]);
  return { [Symbol.dispose]: () => program.kill('SIGKILL') };
}

/** A command that connects to a port, and prints what comes; `nothing` where nobody answers. */
export function ask(address: string, port: number): string {
  return `timeout 4 bash -c "exec 3<>/dev/tcp/${address}/${port} && cat <&3" 2>/dev/null || echo nothing`;
}
