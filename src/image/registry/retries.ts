import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../kernel/errors/errno.js';
import { Refusal } from './answers.js';

/** Told before something is tried again. */
export interface Retry {
  readonly seconds: number;
  readonly why: string;
}

/** Once, and so often again while nothing came of it. */
const MOST_TRIES = 5;
/** In seconds; doubled each time. */
const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 60;

/** Servers that have too much to do, and connections that broke. */
const WORTH_IT = new Set([408, 429, 500, 502, 503, 504]);
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);

/** How some work is tried again. */
export interface Patience {
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does some work, again where it failed for a reason that may pass: after the time that the server names, where that is not long, or longer each time. `progress` is what it got
 * done so far: where that grows, the tries begin anew.
 */
export async function retrying<T>(
  work: () => Promise<T>,
  { onRetry, signal }: Patience,
  progress = () => 0,
): Promise<T> {
  let [failures, before] = [0, progress()];
  for (;;) {
    try {
      return await work();
    } catch (error) {
      failures = progress() > before ? 1 : failures + 1;
      before = progress();
      if (!mayPass(error) || failures >= MOST_TRIES || signal?.aborted) throw error;
      const seconds = (error as Refusal).retryAfter ?? FIRST_PAUSE * 2 ** (failures - 1);
      // To ask before that makes it longer at some servers; to wait is for whoever reads that.
      if (seconds > LONGEST_PAUSE) throw error;
      onRetry?.({ seconds, why: (error as Error).message });
      await sleep(seconds * 1000, undefined, { ...(signal && { signal }) });
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof Refusal ? WORTH_IT.has(error.status) : isBroken(error);
}

/** Whether a connection broke that had been made. */
export function isBroken(error: unknown): boolean {
  return BROKEN.has(errorCode(error) ?? '');
}
