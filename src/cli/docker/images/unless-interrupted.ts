import { untilInterrupted } from '../../../terminal/interrupt.js';

/** Does work that Ctrl-C ends: what was downloaded stays for the next time, and what was unpacked in part goes. */
export async function unlessInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  return await untilInterrupted(async ({ aborted }) => {
    try {
      return await work(aborted);
    } catch (error) {
      if (aborted.aborted) return 1;
      throw error;
    }
  });
}

/**
 * The same for work that reads a file: a read of a named pipe that brings nothing cannot be taken back, and process.exit() waits for it. So this
 * process ends by the signal, which has its default action again.
 */
export async function unlessInterruptedReading(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  let signal: AbortSignal | undefined;
  const status = await unlessInterrupted((aborted) => {
    signal = aborted;
    return work(aborted);
  });
  if (signal?.aborted) process.kill(process.pid, status - 128);
  return status;
}
