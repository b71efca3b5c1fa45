/** Milliseconds on a clock that nobody sets. `performance.now()` tells the same; its first use takes 2 ms, in which node loads 14 modules. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Milliseconds. A timer of node's that is longer goes off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Calls `ready()` until it holds, after 1, 2, 4 … 16 ms. Returns false where it does not within `milliseconds`.
 *
 * It blocks: the kernel needs milliseconds for what is waited for here, and removal must also work where nothing
 * asynchronous does (a handler of `exit`).
 */
export function until(ready: () => boolean, milliseconds: number): boolean {
  const deadline = now() + milliseconds;
  for (let wait = 1; !ready(); wait = Math.min(2 * wait, 16)) {
    if (now() > deadline) return false;
    sleep(wait);
  }
  return true;
}

/** It blocks. */
export function sleep(milliseconds: number): void {
  Atomics.wait(NEVER, 0, 0, milliseconds);
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));
