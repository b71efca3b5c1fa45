import { clone, execve, exitGroup, setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { LabEvent } from '../../../src/lab/events.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { asHousekeeping } from '../../../src/lab/teller.js';
import type { Message } from '../../../src/netlink/message.js';
import { nfnetlink, rtnetlink } from '../../../src/netlink/requests.js';
import { newBridge, plugInto } from '../calls/bridge.js';
import { addressed, type End, ETH0, loopbackUp, newPair } from '../calls/link.js';
import { OTHER } from './frames.js';

/** The network of the containers, its bridge, and the address that is their gateway. */
export const NETWORK = '172.30.0.0/16';
export const GATEWAY = '172.30.0.1';
export const BRIDGE: End = { index: 100, name: 'tslab0' };

/** The port that programs of this lab listen on. */
export const PORT = 80;

/** A network namespace, by a process that keeps it, and its name in this lab. */
export interface Node {
  readonly name: string;
  readonly process: Child;
}

/** A container, its address, and the end of its pair that is on the host. */
export interface Container extends Node {
  readonly address: string;
  readonly outer: End;
}

// #region host
/** A network namespace that stands for the host, so that the real one is never touched: what happens in it needs no root there. */
export async function newHost(lab: Lab, name = 'host'): Promise<Node> {
  const process = await lab.start({ namespaces: k.CLONE_NEWNET, calls: [shellThatStays()] });
  const host = { name, process };
  await lab.folded(() => configure(lab, host, [loopbackUp()]));
  return host;
}
// #endregion

/** A process in a network namespace of its own, born on the host: without root it belongs to the same user namespace. */
export async function newNode(lab: Lab, host: Node, name: string): Promise<Node> {
  const process = await lab.visit(host.process, (pidfd, own) => [
    setns(pidfd, k.CLONE_NEWNET | own),
    clone(k.CLONE_NEWNET),
    shellThatStays(),
  ]);
  return { name, process };
}

// #region inside
/** Makes some calls in a node's network namespace. */
export function inside(lab: Lab, { process }: Node, calls: readonly Syscall[]): Promise<Child> {
  const visit = () => lab.visit(process, (pidfd, own) => [setns(pidfd, k.CLONE_NEWNET | own), ...calls, exitGroup(0)]);
  return lab.through(withoutVisitor, visit);
}

/** Sends messages to rtnetlink(7) there. What they were sent by is the cause of what has changed. */
export async function configure(lab: Lab, node: Node, messages: readonly Message[]): Promise<Syscall[]> {
  const calls = rtnetlink(messages);
  await inside(lab, node, calls);
  return calls.filter(({ name }) => name === 'sendto');
}
// #endregion

/** How a process comes to a node and goes again is lab 05; frames that say nothing here, and the end of them, are no news. */
const VISITOR = ['pidfd_open', 'clone', 'setns', 'exit_group'];

function withoutVisitor(event: LabEvent): LabEvent {
  if (event.type !== 'syscall') return event;
  const isNothing = event.name === 'recvfrom' && (event.errno === 'EAGAIN' || event.text.includes(OTHER));
  return isNothing || VISITOR.includes(event.name) ? asHousekeeping(event) : event;
}

/** Sends a transaction to nf_tables there. */
export async function filter(lab: Lab, node: Node, messages: readonly Message[]): Promise<Syscall[]> {
  const calls = messages.length > 0 ? nfnetlink(messages) : [];
  await inside(lab, node, calls);
  return calls.filter(({ name }) => name === 'sendto');
}

/** A container as the steps before have made it: with lo and a pair to the host, and with its address where it is to have one already. */
export async function newContainer(lab: Lab, host: Node, n: number, hasAddress = true): Promise<Container> {
  const node = await newNode(lab, host, `container ${n}`);
  const address = `172.30.0.${n + 1}`;
  const outer = { index: 200 + n, name: `ts${n}` };
  await configure(lab, host, [newPair(node.process.pid, address, outer)]);
  await configure(lab, node, [loopbackUp(), ...(hasAddress ? addressed(ETH0, `${address}/16`) : [])]);
  return { ...node, address, outer };
}

/** The host's bridge, with containers plugged into it. */
export async function plugged(lab: Lab, host: Node, containers: readonly Container[]): Promise<void> {
  const ports = containers.map(({ outer }) => plugInto(BRIDGE.index, outer.index));
  await configure(lab, host, [...newBridge(BRIDGE, `${GATEWAY}/16`), ...ports]);
}

/** A program of node's in a node's network namespace; it says when it is ready. */
export async function program(lab: Lab, node: Node, script: string, ...words: readonly string[]): Promise<Child> {
  const run = execve(process.execPath, ['node', '-e', script, ...words], ['PATH=/usr/bin:/bin']);
  const child = await lab.visit(node.process, (pidfd, own) => [setns(pidfd, k.CLONE_NEWNET | own), run]);
  await lab.hear(child, 'node');
  return child;
}
