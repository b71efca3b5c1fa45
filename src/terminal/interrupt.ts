import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What interrupts some work. */
export interface Interruption {
  readonly aborted: AbortSignal;
  /** Does what Ctrl-C does. */
  readonly interrupt: () => void;
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
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const { signal } = controller;
    const status = await work({ aborted: signal, interrupt: () => onSignal('SIGINT') }).catch((error) => {
      if (!signal.aborted || error !== signal.reason) throw error;
      return 0;
    });
    return received ? statusOf(received) : status;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** As a shell tells it: 130 for SIGINT. */
function statusOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
