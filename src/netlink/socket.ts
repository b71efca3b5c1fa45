/** Netlink in this process: requests, dumps, and transactions of nf_tables. Each message is a recorded call. */
import { close as closeLater } from 'node:fs';
import { named } from '../kernel/arguments.js';
import { call } from '../kernel/call.js';
import { close } from '../kernel/calls/index.js';
import { recvfrom, type SocketOption, sendto, setsockopt } from '../kernel/sockets/calls.js';
import type { Answer, Argument, Syscall } from '../kernel/syscall.js';
import { decodeMessages, encodeMessage, type Message, NLM_F_DUMP, NLMSG_DONE, type Received } from './message.js';
import { refusalInBuffer } from './refusal.js';
import { NETLINK_NETFILTER, netlinkSocket, request, transaction } from './requests.js';

const SOL_NETLINK = named('SOL_NETLINK', 270);
/** Linux 4.12: refusals come with a sentence. */
const NETLINK_EXT_ACK: SocketOption = { level: SOL_NETLINK, name: named('NETLINK_EXT_ACK', 11) };

/** The kernel begins a dump with at most 8 KiB (NLMSG_GOODSIZE), and goes on with as much as the reader has room for. */
const DUMP = 16 * 1024;
/** Something changed in the middle of a dump: it is asked for again. */
const NLM_F_DUMP_INTR = 0x10;
const ATTEMPTS = 10;

/** A socket of a netlink family, in the network namespace that this thread is in. Close it with `using`. */
export class NetlinkSocket implements Disposable {
  readonly #fd: number;
  readonly #family: Argument;
  #sequence = 0;

  constructor(family: Argument) {
    this.#family = family;
    this.#fd = call(netlinkSocket(family));
    call(setsockopt(this.#fd, NETLINK_EXT_ACK, 1));
  }

  /**
   * With each socket of nf_tables that is closed the kernel waits until nobody can use any more what anybody has removed there
   * (nft_rcv_nl_event(), some 10 ms): a thread of node's waits for it.
   */
  [Symbol.dispose](): void {
    if (this.#family === NETLINK_NETFILTER) closeLater(this.#fd, () => {});
    else call(close(this.#fd));
  }

  /** Asks for changes, one after the other. Throws SyscallError with the kernel's reason at the first that it refuses. */
  request(...messages: readonly Message[]): void {
    for (const message of messages) this.#make(request(this.#fd, message, ++this.#sequence));
  }

  /** Several messages as one: all are done, or none. Throws SyscallError that names the message which was refused. */
  transaction(messages: readonly Message[]): void {
    const calls = transaction(this.#fd, messages, this.#sequence + 1);
    // With those at its begin and its end.
    this.#sequence += messages.length + 2;
    this.#make(calls);
  }

  #make(calls: readonly Syscall[]): void {
    for (const one of calls) call(one);
  }

  /** What the kernel answers to a question about one thing. Throws SyscallError where there is none. */
  ask(message: Message): Received | undefined {
    const send = sendto(this.#fd, encodeMessage(message, ++this.#sequence, 0), message.text);
    call(send);
    return this.#receive(send)[0];
  }

  /** All things of a kind. Throws SyscallError, and Error where they change all the time. */
  dump(message: Message): Received[] {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const messages = this.#dumpOnce(message);
      if (!messages.some(({ flags }) => flags & NLM_F_DUMP_INTR)) return messages;
    }
    throw new Error(`${message.text} was interrupted ${ATTEMPTS} times`);
  }

  #dumpOnce(message: Message): Received[] {
    const send = sendto(this.#fd, encodeMessage(message, ++this.#sequence, NLM_F_DUMP), message.text);
    call(send);
    const found = this.#receive(send);
    while (found.at(-1)?.type !== NLMSG_DONE) found.push(...this.#receive(send));
    return found.slice(0, -1);
  }

  #receive(to: Syscall): Received[] {
    const into = Buffer.alloc(DUMP);
    const answer: Answer = { to, refusal: () => refusalInBuffer(into) };
    const length = call({ ...recvfrom(this.#fd, into, messagesText), answer });
    return decodeMessages(into.subarray(0, length));
  }
}

function messagesText(bytes: Uint8Array): string {
  const messages = decodeMessages(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return `{${messages.length} messages}`;
}
