import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen, pidfdSendSignal } from '../../kernel/calls/index.js';

/** The signals that `docker run` passes on, as far as a process can catch them. */
const FORWARDED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;

/** How long a program may run after it was told that its output is gone (EPIPE, SIGHUP), in milliseconds. */
const HINT = 1_000;

/** This number of SIGINT or SIGTERM kills a program that ignores them. */
const FORCE = 3;

/**
 * While it exists, signals that reach tslab go on to the first process of the container, which may have handlers for them
 * (PID 1 has no default action: pid_namespaces(7)). The third SIGINT or SIGTERM becomes a SIGKILL.
 */
export class Forwarding implements Disposable {
  #pidfd: number | undefined;
  #asked = 0;
  #end: NodeJS.Timeout | undefined;

  readonly #signals: readonly NodeJS.Signals[];

  /** With `--sig-proxy=false` none go on: they do to tslab what they do to any process. */
  constructor(isOn = true) {
    this.#signals = isOn ? FORWARDED : [];
    for (const signal of this.#signals) process.on(signal, this.#forward);
  }

  /** Sets the process that gets them from now on; none where it is gone already. */
  to(pid: number): void {
    const pidfd = callUntraced(pidfdOpen(pid));
    if (pidfd >= 0) this.#pidfd = pidfd;
  }

  /** Kills the program, unless it ends by itself before. */
  readonly endSoon = (): void => {
    this.#end ??= setTimeout(() => this.#send('SIGKILL'), HINT);
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#end);
    for (const signal of this.#signals) process.off(signal, this.#forward);
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
