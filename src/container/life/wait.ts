import { closeSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen } from '../../kernel/calls/index.js';
import { exitStatusOfPidfd } from '../../kernel/wait.js';
import { DirectoryWatch } from '../logs/watch.js';
import { hasExited, isRunning, UNKNOWN_EXIT } from '../state.js';
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

  constructor({ config, directory, state }: Container) {
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
    if (isRunning(state)) return undefined;
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
