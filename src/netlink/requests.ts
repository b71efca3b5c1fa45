/** Netlink as calls: a socket, requests and their answers. For a list. */
import { named } from '../kernel/arguments.js';
import { close } from '../kernel/calls/index.js';
import { MSG_DONTWAIT, recvfrom, SOCK_CLOEXEC, SOCK_RAW, sendto, socket } from '../kernel/sockets/calls.js';
import { AF_NETLINK } from '../kernel/sockets/socket-address.js';
import { type Answer, type Argument, type Descriptor, mayFail, type Syscall } from '../kernel/syscall.js';
import { decodeMessages, encodeMessage, type Message, NLM_F_ACK } from './message.js';
import { batch } from './nftables/table.js';
import { ANSWER, answerText, DONE, refusalIn, refusalInBuffer } from './refusal.js';

export const NETLINK_ROUTE = named('NETLINK_ROUTE', 0);
export const NETLINK_NETFILTER = named('NETLINK_NETFILTER', 12);

/** A socket of a netlink family, in the network namespace of its caller. */
export function netlinkSocket(family: Argument): Syscall {
  return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
}

/** Some messages to rtnetlink(7), one after the other; the list ends where the kernel refuses one. */
export function rtnetlink(messages: readonly Message[]): Syscall[] {
  if (messages.length === 0) return [];
  const fd = netlinkSocket(NETLINK_ROUTE);
  return [fd, ...messages.flatMap((message, i) => request(fd, message, i + 1)), close(fd)];
}

/** Some messages to nf_tables as one transaction; the list ends where the kernel refuses it. */
export function nfnetlink(messages: readonly Message[]): Syscall[] {
  const fd = netlinkSocket(NETLINK_NETFILTER);
  return [fd, ...transaction(fd, messages, 1), close(fd)];
}

/** The kernel's own sentence, where the socket asks for it, is behind the request that a refusal quotes. */
const SENTENCE = 256;

/** A request, and the receipt of its answer: a refusal quotes the whole request, so that it is longer than any other answer. */
export function request(fd: Descriptor, message: Message, sequence: number): Syscall[] {
  const bytes = encodeMessage(message, sequence, NLM_F_ACK);
  const send = sendto(fd, bytes, message.text);
  const into = Buffer.alloc(ANSWER + bytes.length + SENTENCE);
  const answer: Answer = { to: send, refusal: () => refusalInBuffer(into) };
  const [min, max] = [BigInt(DONE), BigInt(DONE)];
  return [send, { ...recvfrom(fd, into, answerText), min, max, answer }];
}

/** Refusals of a transaction: one for each message that would not have been done. */
const REFUSALS = 16 * 1024;

/**
 * Several messages as one: all are done, or none. nfnetlink answers before sendto() returns, and says nothing where all is well, as no message
 * asks for an acknowledgement: then there is nothing to receive (EAGAIN).
 */
export function transaction(fd: Descriptor, messages: readonly Message[], first: number): Syscall[] {
  const all = batch(messages);
  const parts = all.map((message, i) => encodeMessage(message, first + i, 0));
  const send = (data: Uint8Array, some: readonly Message[]) => sendto(fd, data, some.map(({ text }) => text).join(' '));
  const into = Buffer.alloc(REFUSALS);
  const answer: Answer = {
    get to() {
      const refused = decodeMessages(into).find(refusalIn);
      const at = (refused?.sequence ?? first) - first;
      return send(parts[at] ?? Buffer.alloc(0), all.slice(at, at + 1));
    },
    refusal: () => refusalInBuffer(into),
  };
  const receive = mayFail(recvfrom(fd, into, answerText, MSG_DONTWAIT));
  return [send(Buffer.concat(parts), all), { ...receive, max: 0n, answer }];
}
