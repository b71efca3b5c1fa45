import type { ContainerState } from '../../../src/container/config.js';
import {
  type Container,
  containerIds,
  Damaged,
  readContainer,
  removeContainer,
  updateState,
} from '../../../src/container/store.js';
import { isAlive, startTime } from '../../../src/probe/processes.js';
import { recordEnd } from '../launch.js';
import { launchDetached } from './detached.js';
import { Watcher } from './watcher.js';

/** First wait before a restart, in milliseconds; it doubles each time, as Docker's does. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 60_000;

/** Keeps detached containers: starts them, hears of their end, starts them again where their policy says so. */
export class Keeper {
  readonly #running = new Set<string>();
  readonly #restarting = new Map<string, NodeJS.Timeout>();
  readonly #watcher = new Watcher();

  get busy(): boolean {
    return this.#running.size > 0 || this.#restarting.size > 0;
  }

  /** Starts a container. Throws UserError or StartFailure. */
  start(id: string): void {
    clearTimeout(this.#restarting.get(id));
    this.#restarting.delete(id);
    const { ended } = launchDetached(id);
    this.#running.add(id);
    ended.then((state) => this.#ended(id, state));
  }

  /** Takes over containers whose supervisor was killed: we are not their parent, so a pidfd tells of their end. */
  adoptAll(): void {
    for (const id of containerIds()) {
      const container = readOrSkip(id);
      if (!container || this.#running.has(id) || !isOrphan(container)) continue;
      updateState(id, (state) => ({ ...state, owner: { pid: process.pid, startTime: startTime(process.pid) ?? 0 } }));
      this.#running.add(id);
      this.#watcher.watch(container.state.init.pid, (status, error) => this.#ended(id, recordEnd(id, status, error)));
    }
  }

  #ended(id: string, state: ContainerState): void {
    this.#running.delete(id);
    const container = readOrSkip(id);
    if (!container) return;
    if (wantsRestart(container, state)) this.#restartLater(id, state.restartCount);
    else if (container.config.autoRemove) removeContainer(container);
  }

  #restartLater(id: string, count: number): void {
    const wait = Math.min(FIRST_WAIT * 2 ** count, LONGEST_WAIT);
    const timer = setTimeout(() => this.#restart(id), wait);
    this.#restarting.set(id, timer);
  }

  #restart(id: string): void {
    this.#restarting.delete(id);
    const container = updateState(id, (state) => ({ ...state, restartCount: state.restartCount + 1 }));
    if (!container || container.state.stopRequested || container.state.status !== 'exited') return;
    try {
      this.start(id);
    } catch {
      // launch() has written the reason into the state, where `tslab inspect` shows it.
    }
  }
}

function wantsRestart(
  { config, state: { stopRequested } }: Container,
  { exitCode, restartCount }: ContainerState,
): boolean {
  const { name, maximum = Number.POSITIVE_INFINITY } = config.restart;
  return name === 'on-failure' && exitCode !== 0 && !stopRequested && restartCount < maximum;
}

/** Detached, running, and the one who was to write down its end is gone. */
function isOrphan({ config, state: { status, init, owner } }: Container): boolean {
  const runs = status === 'running' || status === 'paused';
  return config.detached && runs && isAlive(init.pid, init.startTime) && !isAlive(owner.pid, owner.startTime);
}

function readOrSkip(id: string): Container | undefined {
  try {
    return readContainer(id);
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}
