import { UserError } from '../../kernel/errors/user-error.js';
import { thisProcess } from '../../state/ledger/ledger.js';
import { HealthMonitors } from '../health/monitor.js';
import { LogIndex } from '../logs/index-writer.js';
import { takeAgain } from '../ports/held-ports.js';
import { thawWhatIsThere } from '../start/cgroup.js';
import { recordEnd } from '../start/launch.js';
import {
  adopted,
  askedToStart,
  awaitsRestart,
  endedForGood,
  isOrphan,
  isPaused,
  mayBeRetried,
  ranFor,
  retried,
  startsAnew,
} from '../state.js';
import { removeContainer } from '../store/remove.js';
import {
  type Container,
  containerIds,
  lockContainer,
  readContainer,
  readOrSkip,
  updateState,
  writeState,
} from '../store/store.js';
import { Backoff } from './backoff.js';
import { launchDetached } from './detached.js';
import { PidfdPoll } from './pidfd-poll.js';

/** Keeps detached containers: starts them, waits for their end, starts them again where their policy says so. */
export class Supervisor {
  readonly #running = new Set<string>();
  readonly #restarting = new Map<string, NodeJS.Timeout>();
  readonly #backoff = new Backoff();
  readonly #poll = new PidfdPoll();
  readonly #logs = new LogIndex();
  readonly #health = new HealthMonitors();

  get busy(): boolean {
    return this.#running.size > 0 || this.#restarting.size > 0;
  }

  /** Starts a container that a command asks for. Throws UserError or StartFailure. */
  start(id: string): void {
    clearTimeout(this.#restarting.get(id));
    this.#restarting.delete(id);
    this.#backoff.forget(id);
    this.#start(id);
  }

  #start(id: string): void {
    const container = readContainer(id);
    if (!container) throw new UserError(`No such container: ${id.slice(0, 12)}`, 2);
    const { ended } = launchDetached(container);
    this.#keep(container);
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

  /** Starts those that were stopped, and whose policy is `always`: as Docker's daemon does when it starts. */
  startAnew(): void {
    for (const id of containerIds()) {
      const container = readOrSkip(id);
      if (container && startsAnew(container)) complaining(() => updateState(id, askedToStart) && this.#start(id));
    }
  }

  #adopt(id: string): void {
    // Checked again under the lock: another command may have recorded its end before.
    const taken = lockContainer(id, (now) => (isOrphan(now.state) ? takeOver(now) : undefined));
    if (!taken) return;
    complaining(() => takeAgain(taken));
    this.#keep(taken);
    this.#poll.watch(taken.state.init, (status, error) => {
      complaining(() => recordEnd(id, status, { error }));
      this.#ended(id);
    });
  }

  #keep(container: Container): void {
    const { id } = container.config;
    this.#running.add(id);
    this.#logs.add(id);
    complaining(() => this.#health.add(container));
  }

  #ended(id: string): void {
    this.#running.delete(id);
    this.#logs.remove(id);
    this.#health.remove(id);
    const container = readOrSkip(id);
    if (container) complaining(() => this.#settle(container));
  }

  /** Decides what to do about a container that has ended, or could not be started: then it ran for no time. */
  #settle(container: Container, ran = ranFor(container.state)): void {
    const { config, state } = container;
    if (awaitsRestart(container)) {
      this.#restartLater(config.id, this.#backoff.next(config.id, ran));
      return;
    }
    this.#backoff.forget(config.id);
    if (config.autoRemove && endedForGood(state)) removeContainer(container, true, endedForGood);
  }

  #restartLater(id: string, wait: number): void {
    const timer = setTimeout(() => complaining(() => this.#restart(id)), wait);
    this.#restarting.set(id, timer);
  }

  #restart(id: string): void {
    this.#restarting.delete(id);
    const container = updateState(id, retried);
    if (!container || !mayBeRetried(container.state)) return;
    try {
      this.#start(id);
    } catch {
      // launch() has written the reason into the state, where `tslab inspect` shows it.
      this.#settle(readOrSkip(id) ?? container, 0);
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
