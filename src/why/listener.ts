import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { callUntraced } from '../kernel/call.js';
import { ppollInto } from '../kernel/calls/index.js';
import { answerNotification, NOTIFICATION_SIZE, receiveNotification } from '../kernel/calls/seccomp.js';
import { libc } from '../kernel/libc.js';
import type { Listening } from '../kernel/list/listening.js';
import type { Call } from '../seccomp/interpret.js';

/** A call that waits for an answer. */
export interface Question {
  /** The thread that makes it. */
  readonly tid: number;
  readonly call: Call;
}

/** A positive errno: the call is refused. `go on`: it is made, which never decides what is safe (seccomp_unotify(2)): the filter has. */
export type Answer = number | 'go on';

/** SECCOMP_USER_NOTIF_FLAG_CONTINUE, Linux 5.5 */
const CONTINUE = 1;
const POLLIN = 1;
const POLLHUP = 0x10;
const { ENOSYS } = constants.errno;
/** How long a look lasts, in milliseconds; a question ends it. */
const LOOK = 500;

/** Answers what a filter asks, to the end of all that are under that filter. */
export class Listener implements Listening, Disposable {
  readonly #decide: (question: Question) => Answer;
  #fd: number | undefined;

  constructor(decide: (question: Question) => Answer) {
    this.#decide = decide;
  }

  begin(listener: number): void {
    this.#fd = listener;
    void this.#answerOn(listener);
  }

  answer(): void {
    if (this.#fd !== undefined) this.#answerAll(this.#fd);
  }

  async #answerOn(fd: number): Promise<void> {
    // The start blocks this thread, and calls answer() itself.
    await new Promise(setImmediate);
    while (this.#fd !== undefined) {
      await libc().waitForAny([fd], LOOK);
      if (this.#fd !== undefined && !this.#answerAll(fd)) break;
    }
  }

  /** False where nobody is left who could ask. */
  #answerAll(fd: number): boolean {
    for (;;) {
      const events = poll(fd);
      if ((events & POLLIN) === 0) return (events & POLLHUP) === 0;
      this.#answerOne(fd);
    }
  }

  #answerOne(fd: number): void {
    const notification = new Uint8Array(NOTIFICATION_SIZE);
    // ENOENT: who asked has been killed in between.
    if (callUntraced(receiveNotification(fd, notification)) < 0) return;
    const { id, question } = parseNotification(notification);
    let answer: Answer = ENOSYS;
    try {
      answer = this.#decide(question);
    } finally {
      const response = answer === 'go on' ? { id, error: 0, flags: CONTINUE } : { id, error: -answer, flags: 0 };
      callUntraced(answerNotification(fd, response));
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** poll(2) without waiting: POLLIN where somebody asks, POLLHUP where nobody is left (Linux 5.8). */
function poll(fd: number): number {
  const pollfd = new Int32Array([fd, POLLIN]);
  callUntraced(ppollInto(pollfd));
  return (pollfd[1] as number) >>> 16;
}

/** struct seccomp_notif, include/uapi/linux/seccomp.h */
function parseNotification(bytes: Uint8Array): { id: bigint; question: Question } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const args = [0, 1, 2, 3, 4, 5].map((i) => view.getBigUint64(32 + 8 * i, true));
  const call = { number: view.getInt32(16, true), arch: view.getUint32(20, true), args };
  return { id: view.getBigUint64(0, true), question: { tid: view.getUint32(8, true), call } };
}
