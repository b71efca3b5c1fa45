import { closeSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen } from '../../kernel/calls/index.js';
import { exitStatusOfPidfd } from '../../kernel/wait.js';
import { DirectoryWatch } from '../logs/watch.js';
import { awaitsRestart, hasExited, isRunning, UNKNOWN_EXIT } from '../state.js';
import { reconcile } from '../store/find.js';
import { type Container, readContainer } from '../store/store.js';

/** How often the state is read, in milliseconds, for an end that was not recorded. */
const LOOK = 200;

/**
 * Waits for the end of a container. One with `--rm` may be removed before its status is read, so a pidfd is held
 * from the start: the kernel gives the status through that as well (Linux 6.15).
 */
export class ContainerWait implements Disposable {
  readonly #id: string;
  readonly #watch: DirectoryWatch;
  readonly #pidfd: number;
  readonly #restarts: boolean;

  /** With `restarts` for its last end: one after which its policy starts it again does not count. */
  constructor({ config, directory, state }: Container, restarts = false) {
    this.#restarts = restarts;
    this.#id = config.id;
    this.#watch = new DirectoryWatch(directory);
    this.#pidfd = state.init.pid === 0 ? -1 : callUntraced(pidfdOpen(state.init.pid));
  }

  /** The exit status; undefined where it still runs after `milliseconds`. */
  async within(milliseconds: number): Promise<number | undefined> {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const status = this.#statusNow();
      const left = deadline - performance.now();
      if (status !== undefined || left <= 0) return status;
      await this.#watch.changed(Math.min(LOOK, left));
    }
  }

  #statusNow(): number | undefined {
    const container = readContainer(this.#id);
    // Read before the container is removed, as with `--rm`.
    const state = container && (hasExited(container.state) ? container.state : reconcile(container)?.state);
    if (!state) return this.#toldByKernel() ?? UNKNOWN_EXIT;
    if (isRunning(state) || (this.#restarts && awaitsRestart({ ...container, state }))) return undefined;
    const { exitCode, error } = state;
    return error === '' ? exitCode : (this.#toldByKernel() ?? exitCode);
  }

  #toldByKernel(): number | undefined {
    return this.#pidfd < 0 ? undefined : exitStatusOfPidfd(this.#pidfd)?.status;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    if (this.#pidfd >= 0) closeSync(this.#pidfd);
  }
}

export const CONDITIONS = ['not-running', 'next-exit', 'removed'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Waits for what becomes of a container: until it does not run and is not started again, until its next end, or until it is gone. Returns its exit status. */
export async function waitUntil(container: Container, condition: Condition): Promise<number> {
  if (condition === 'next-exit' && !isRunning(container.state)) return await nextEnd(container);
  using ending = new ContainerWait(container, condition !== 'next-exit');
  const status = (await ending.within(Number.POSITIVE_INFINITY)) as number;
  return condition === 'removed' ? await removal(container, status) : status;
}

/** Of one that does not run, it may start and end between two looks. */
async function nextEnd(container: Container): Promise<number> {
  const hasBegun = (now: Container) => isRunning(now.state) || now.state.finishedAt !== container.state.finishedAt;
  const begun = await seen(container, (now) => !now || hasBegun(now));
  if (!begun) return UNKNOWN_EXIT;
  using ending = new ContainerWait(begun);
  return (await ending.within(Number.POSITIVE_INFINITY)) as number;
}

/** It may be started again before it is removed: the last status counts. */
async function removal(container: Container, before: number): Promise<number> {
  let status = before;
  await seen(container, (now) => {
    if (now && hasExited(now.state)) status = now.state.exitCode;
    return !now;
  });
  return status;
}

/** Reads a container at each change until something holds of it; undefined where it is gone. */
async function seen(
  { directory, config: { id } }: Container,
  holds: (now: Container | undefined) => boolean,
): Promise<Container | undefined> {
  using watch = new DirectoryWatch(directory);
  for (;;) {
    const now = readContainer(id);
    if (holds(now)) return now;
    await watch.changed(LOOK);
  }
}
