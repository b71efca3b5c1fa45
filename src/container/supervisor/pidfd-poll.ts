import { closeSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen } from '../../kernel/calls/index.js';
import { libc } from '../../kernel/libc.js';
import type { ExitStatus } from '../../kernel/wait.js';
import { exitStatusOfPidfd } from '../../kernel/wait.js';
import { startTime } from '../../procfs/processes.js';
import { exitStatusOfZombie } from '../../procfs/zombie.js';
import { type ProcessName, UNKNOWN_EXIT } from '../state.js';

type Ended = (status: ExitStatus, error: string) => void;

interface Watched {
  readonly process: ProcessName;
  readonly ended: Ended;
}

/** How long one poll(2) of all pidfds lasts, in milliseconds, which is the longest delay of a new one. */
const LOOK = 500;

const UNKNOWN: ExitStatus = { code: undefined, signal: 'SIGKILL', status: UNKNOWN_EXIT };

/**
 * Waits for the end of processes that are not our children. A pidfd becomes readable then (pidfd_open(2)); one poll(2) on
 * another thread waits for all of them.
 */
export class PidfdPoll {
  /** By pidfd. */
  readonly #watched = new Map<number, Watched>();
  #looking = false;

  watch(process: ProcessName, ended: Ended): void {
    const pidfd = callUntraced(pidfdOpen(process.pid));
    // After its end its pid may mean another process: checked once the pidfd is held.
    if (pidfd < 0 || startTime(process.pid) !== process.startTime) {
      if (pidfd >= 0) closeSync(pidfd);
      ended(UNKNOWN, 'exit status unknown: it ended before this supervisor could watch it');
      return;
    }
    this.#watched.set(pidfd, { process, ended });
    if (!this.#looking) void this.#look();
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
    const { process, ended } = this.#watched.get(pidfd) as Watched;
    this.#watched.delete(pidfd);
    // In this order: its parent, which is the host's init now, may wait for it in between.
    const status = exitStatusOfZombie(process.pid, process.startTime) ?? exitStatusOfPidfd(pidfd);
    closeSync(pidfd);
    ended(status ?? UNKNOWN, status ? '' : 'exit status unknown: this kernel tells it to the parent only');
  }
}
