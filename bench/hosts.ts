import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CLONE_NEWNET } from '../src/kernel/constants.js';
import { start } from '../src/kernel/process.js';
import { shellThatStays } from '../src/lab/script.js';
import { atEnd } from './ending.js';

/** A process in a network namespace of its own: its pid. It ends with the bench. */
export function newHost(): number {
  const { pid } = start({ namespaces: CLONE_NEWNET, calls: [shellThatStays()] });
  atEnd(() => process.kill(pid, 'SIGKILL'));
  return pid;
}

/** Does lines of sh in the network namespace of this process; in another one by `inside`. */
export function sh(script: string): void {
  execFileSync('sh', ['-ec', script], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A command in the network namespace of a process. */
export function inside(pid: number, words: readonly string[]): string[] {
  return ['nsenter', `--net=/proc/${pid}/ns/net`, ...words];
}

/** Starts a program that says when it is ready, in the network namespace of a process. It ends with the bench. */
export async function serve(pid: number, words: readonly string[]): Promise<void> {
  const [program = '', ...args] = inside(pid, words);
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(() => child.kill('SIGKILL'));
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
}

/** A container's link into a bridge of `10.99.0.1/16`, made by hand. */
export interface ByHand {
  readonly pid: number;
  /** The end that is on the host. */
  readonly link: string;
  readonly bridge: string;
  readonly address: string;
}

/** What makes it by `ip`, as lines of sh. */
export function linkByIp({ pid, link, bridge, address }: ByHand): string {
  const there = inside(pid, ['ip']).join(' ');
  return `ip link add ${link} type veth peer name eth0 netns ${pid}
ip link set ${link} master ${bridge} up
${there} link set lo up
${there} address add ${address}/16 dev eth0
${there} link set eth0 up
${there} route add default via 10.99.0.1`;
}
