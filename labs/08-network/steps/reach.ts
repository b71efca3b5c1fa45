import { named } from '../../../src/kernel/arguments.js';
import { callUntraced } from '../../../src/kernel/call.js';
import { close, pidfdOpen, setns } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import {
  bind,
  connect,
  MSG_DONTWAIT,
  recvfrom,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOCK_STREAM,
  setsockopt,
  socket,
  timeval,
} from '../../../src/kernel/sockets/calls.js';
import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  internetAddress,
  packetAddress,
} from '../../../src/kernel/sockets/socket-address.js';
import { housekeeping, mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { describeFrame, frameText } from './frames.js';
import { inside, type Node, PORT } from './setup.js';

/** Seconds: who answers does so in less than a millisecond, unless the machine is busy. */
const PATIENCE = 1.5;
/** Seconds, where nobody is going to answer. */
export const BRIEFLY = 0.4;
/** Bytes: what a program of this lab answers. */
const LONGEST = 64;

// #region reach
/**
 * What comes of a connection from a node to an address. No program is needed to find out, since each way to fail has an errno of its own:
 * ECONNREFUSED says that a kernel was there and no program, ENETUNREACH that no route is, EINPROGRESS that nobody answered.
 */
export async function reach(lab: Lab, from: Node, address: string, port = PORT, patience = PATIENCE): Promise<string> {
  return outcomeOf(await inside(lab, from, connecting(address, port, patience).calls));
}

function connecting(address: string, port: number, seconds: number): { fd: Syscall; calls: readonly Syscall[] } {
  const fd = socket(address.includes(':') ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC);
  const patience = housekeeping(setsockopt(fd, SO_SNDTIMEO, timeval(seconds)));
  return { fd, calls: [fd, patience, mayFail(connect(fd, internetAddress(address, port)))] };
}
// #endregion

function outcomeOf(child: Child): string {
  return errnoOf(child, 'connect') ?? 'connected';
}

/** The same, with what a program says to whoever connects. */
export async function ask(lab: Lab, from: Node, address: string, port = PORT, seconds = PATIENCE): Promise<string> {
  const into = Buffer.alloc(LONGEST);
  const { fd, calls } = connecting(address, port, seconds);
  const patience = housekeeping(setsockopt(fd, SO_RCVTIMEO, timeval(seconds)));
  const child = await inside(lab, from, [...calls, patience, mayFail(recvfrom(fd, into, quoted))]);
  return errnoOf(child, 'connect') ?? textIn(into);
}

function textIn(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString().replace(/\0.*$/s, '').trim() || 'no answer';
}

function quoted(bytes: Uint8Array): string {
  return JSON.stringify(textIn(bytes));
}

/** A connection, and what passed a link of another node meanwhile. */
export interface Watched {
  readonly outcome: string;
  /** A line for each frame. */
  readonly frames: readonly string[];
}

/** Frames that are looked at: IPv6 sends up to a dozen of its own by a link that is new. */
const FRAMES = 32;
const ETH_P_ALL = 3;
/** htons(3) */
const EVERYTHING = named('htons(ETH_P_ALL)', ETH_P_ALL << 8);

// #region watch
/** A connection, with a socket that hears all that passes a link (packet(7)): it stays in the namespace in which it was opened. */
export async function watch(
  lab: Lab,
  from: Node,
  to: { readonly address: string },
  at: { readonly node: Node; readonly link: number },
  patience = PATIENCE,
): Promise<Watched> {
  const buffers = Array.from({ length: FRAMES }, () => Buffer.alloc(256));
  const ear = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, EVERYTHING);
  const pidfd = await lab.call(housekeeping(pidfdOpen(from.process.pid)));
  try {
    const child = await inside(lab, at.node, [
      ear,
      bind(ear, packetAddress(at.link, ETH_P_ALL)),
      setns(pidfd, k.CLONE_NEWNET),
      ...connecting(to.address, PORT, patience).calls,
      ...buffers.map((into) => mayFail(recvfrom(ear, into, describeFrame, MSG_DONTWAIT))),
    ]);
    // #endregion
    return { outcome: outcomeOf(child), frames: buffers.flatMap((frame) => frameText(frame) ?? []) };
  } finally {
    callUntraced(close(pidfd));
  }
}
