import { closeSync } from 'node:fs';
import { pidfdOpen } from '../../../src/kernel/calls.js';
import { libc } from '../../../src/kernel/libc.js';
import { exitStatusOfPidfd } from '../../../src/kernel/pidfd.js';
import { raw } from '../../../src/kernel/raw.js';
import type { ExitStatus } from '../../../src/kernel/reaper.js';

type Ended = (status: ExitStatus, error: string) => void;

/** How long one look at all pidfds lasts, in milliseconds: so long a new one may wait to be looked at. */
const LOOK = 500;

const UNKNOWN: ExitStatus = { code: undefined, signal: 'SIGKILL', status: 137 };

/**
 * Hears of the end of processes that are not our children. A pidfd becomes readable then (pidfd_open(2)); one poll(2) on
 * another thread looks at all of them.
 */
export class Watcher {
  readonly #watched = new Map<number, Ended>();
  #looking = false;

  watch(pid: number, ended: Ended): void {
    const pidfd = raw(pidfdOpen(pid));
    if (pidfd < 0) {
      ended(UNKNOWN, 'exit status unknown: it ended before this supervisor could watch it');
      return;
    }
    this.#watched.set(pidfd, ended);
    if (!this.#looking) this.#look();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#watched.size > 0) {
      const ready = await libc().waitForAny([...this.#watched.keys()], LOOK);
      for (const pidfd of ready) this.#tell(pidfd);
    }
    this.#looking = false;
  }

  #tell(pidfd: number): void {
    const ended = this.#watched.get(pidfd);
    this.#watched.delete(pidfd);
    const status = exitStatusOfPidfd(pidfd);
    closeSync(pidfd);
    ended?.(status ?? UNKNOWN, status ? '' : 'exit status unknown: this kernel tells it to the parent only');
  }
}
