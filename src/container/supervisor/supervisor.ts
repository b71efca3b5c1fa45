import { thisProcess } from '../../state/ledger/ledger.js';
import { LogIndex } from '../logs/index-writer.js';
import { thawWhatIsThere } from '../start/cgroup.js';
import { recordEnd } from '../start/launch.js';
import { adopted, awaitsRestart, endedForGood, isOrphan, isPaused, mayBeRetried, retried } from '../state.js';
import { removeContainer } from '../store/remove.js';
import { type Container, containerIds, lockContainer, readOrSkip, updateState, writeState } from '../store/store.js';
import { launchDetached } from './detached.js';
import { PidfdPoll } from './pidfd-poll.js';

/** First wait before a restart, in milliseconds; it doubles each time, as Docker's does. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 60_000;

/** Keeps detached containers: starts them, waits for their end, starts them again where their policy says so. */
export class Supervisor {
  readonly #running = new Set<string>();
  readonly #restarting = new Map<string, NodeJS.Timeout>();
  readonly #poll = new PidfdPoll();
  readonly #logs = new LogIndex();

  get busy(): boolean {
    return this.#running.size > 0 || this.#restarting.size > 0;
  }

  /** Starts a container. Throws UserError or StartFailure. */
  start(id: string): void {
    clearTimeout(this.#restarting.get(id));
    this.#restarting.delete(id);
    const { ended } = launchDetached(id);
    this.#keep(id);
    void ended.catch(complain).then(() => this.#ended(id));
  }

  /**
   * Takes over the containers of a supervisor that was killed: those that run (we are not their parent, so a pidfd tells of
   * their end), and those that it would have started again or removed.
   */
  adoptAll(): void {
    for (const id of containerIds()) {
      const container = readOrSkip(id);
      if (!container?.config.detached || this.#running.has(id) || this.#restarting.has(id)) continue;
      complaining(() => (isOrphan(container.state) ? this.#adopt(id) : this.#settle(container)));
    }
  }

  #adopt(id: string): void {
    // Checked again under the lock: another command may have recorded its end before.
    const taken = lockContainer(id, (now) => (isOrphan(now.state) ? takeOver(now) : undefined));
    if (!taken) return;
    this.#keep(id);
    this.#poll.watch(taken.state.init, (status, error) => {
      complaining(() => recordEnd(id, status, { error }));
      this.#ended(id);
    });
  }

  #keep(id: string): void {
    this.#running.add(id);
    this.#logs.add(id);
  }

  #ended(id: string): void {
    this.#running.delete(id);
    this.#logs.remove(id);
    const container = readOrSkip(id);
    if (container) complaining(() => this.#settle(container));
  }

  /** Decides what to do about a container that has ended. */
  #settle(container: Container): void {
    const { config, state } = container;
    if (awaitsRestart(container)) this.#restartLater(config.id, state.restartCount);
    else if (config.autoRemove && endedForGood(state)) removeContainer(container, true, endedForGood);
  }

  #restartLater(id: string, count: number): void {
    const wait = Math.min(FIRST_WAIT * 2 ** count, LONGEST_WAIT);
    const timer = setTimeout(() => complaining(() => this.#restart(id)), wait);
    this.#restarting.set(id, timer);
  }

  #restart(id: string): void {
    this.#restarting.delete(id);
    const container = updateState(id, retried);
    if (!container || !mayBeRetried(container.state)) return;
    try {
      this.start(id);
    } catch {
      // launch() has written the reason into the state, where `tslab inspect` shows it.
      this.#ended(id);
    }
  }
}

/** An error of one container goes to our log, and does not leave the others without a parent. */
function complaining(work: () => void): void {
  try {
    work();
  } catch (error) {
    complain(error);
  }
}

function complain(error: unknown): void {
  console.error(error);
}

function takeOver(container: Container): Container {
  const { config, state } = container;
  // A kill with v1's freezer may have been interrupted, and frozen processes do not die.
  if (!isPaused(state)) thawWhatIsThere(config.id);
  writeState(container, adopted(state, thisProcess()));
  return container;
}
