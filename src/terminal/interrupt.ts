import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What interrupts some work. */
export interface Interruption {
  readonly aborted: AbortSignal;
  /** Does what Ctrl-C does. */
  readonly interrupt: () => void;
  /** Does work during which no event is handled, such as to write much: a signal ends this process in the middle of it. */
  readonly uncaught: <T>(work: () => T) => T;
}

/**
 * Does work that ends early, and tidies up, when it is interrupted: by the first Ctrl-C, SIGTERM or SIGHUP. The second
 * ends this process at once; the next start sweeps what is left. The work may throw the reason of the signal. Its result, or 128 + the number
 * of the signal.
 */
export async function untilInterrupted(work: (interruption: Interruption) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (received) process.exit(statusOf(signal));
    received = signal;
    controller.abort();
  };
  const listen = () => SIGNALS.forEach((signal) => void process.on(signal, onSignal));
  const stop = () => SIGNALS.forEach((signal) => void process.off(signal, onSignal));
  const uncaught = <T>(work: () => T) => {
    controller.signal.throwIfAborted();
    stop();
    try {
      return work();
    } finally {
      listen();
    }
  };
  listen();
  try {
    const { signal } = controller;
    const status = await work({ aborted: signal, interrupt: () => onSignal('SIGINT'), uncaught }).catch((error) => {
      if (!signal.aborted || error !== signal.reason) throw error;
      return 0;
    });
    return received ? statusOf(received) : status;
  } finally {
    stop();
  }
}

/** As a shell tells it: 130 for SIGINT. */
function statusOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
