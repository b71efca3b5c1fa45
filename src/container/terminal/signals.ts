import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen, pidfdSendSignal } from '../../kernel/calls/index.js';

/** What `docker run` passes on, as far as a process may catch it. */
const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;

/** How long a program may go on that was told that nobody hears it (EPIPE, SIGHUP), in milliseconds. */
const HINT = 1_000;

/** A program that does not listen shall not hold a person up: so many of these end it. */
const FORCE = 3;

/**
 * While it exists, signals that reach tslab go on to the first process of the container, which may have handlers for them
 * (PID 1 has no default action: pid_namespaces(7)). The third SIGINT or SIGTERM becomes a SIGKILL.
 */
export class Forwarding implements Disposable {
  #pidfd: number | undefined;
  #asked = 0;
  #end: NodeJS.Timeout | undefined;

  constructor() {
    for (const signal of FORWARDED) process.on(signal, this.#forward);
  }

  /** Whom they go to, from now on. Nobody gets them where it is gone already. */
  to(pid: number): void {
    const pidfd = callUntraced(pidfdOpen(pid));
    if (pidfd >= 0) this.#pidfd = pidfd;
  }

  /** Ends the program, unless it takes the hint and does so itself. */
  readonly endSoon = (): void => {
    this.#end ??= setTimeout(() => this.#send('SIGKILL'), HINT);
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#end);
    for (const signal of FORWARDED) process.off(signal, this.#forward);
    if (this.#pidfd !== undefined) closeSync(this.#pidfd);
    this.#pidfd = undefined;
  }

  readonly #forward = (signal: NodeJS.Signals): void => {
    if (this.#pidfd === undefined) return;
    if (signal === 'SIGINT' || signal === 'SIGTERM') this.#asked++;
    this.#send(this.#asked < FORCE ? signal : 'SIGKILL');
  };

  #send(signal: NodeJS.Signals): void {
    if (this.#pidfd !== undefined) callUntraced(pidfdSendSignal(this.#pidfd, constants.signals[signal]));
  }
}
