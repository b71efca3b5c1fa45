import { UserError } from '../../kernel/errors/user-error.js';
import type { RunRequest } from '../messages.js';
import { LabRun } from './lab-run.js';
import { Queue } from './queue.js';

/**
 * Runs that go on or wait, of all labs. Each holds a connection, and a browser opens no more than six to one server (HTTP/1.1):
 * one must stay free, or the reader could not even stop them.
 */
const MOST_OPEN = 5;

/** All runs that pages have asked for and that are not over. */
export class Runs {
  readonly #queues = new Map<string, Queue>();
  readonly #open = new Map<string, LabRun>();

  /** Takes a place in the queue of the lab. Throws UserError where too many wait already. */
  open(request: RunRequest): LabRun {
    if (this.#open.size >= MOST_OPEN) throw tooMany();
    const run = new LabRun(request, this.#queueOf(request.lab).join());
    this.#open.set(run.id, run);
    return run;
  }

  /** Tells a page about its run until that is over. */
  async *follow(run: LabRun): ReturnType<LabRun['messages']> {
    try {
      yield* run.messages();
    } finally {
      this.#open.delete(run.id);
    }
  }

  /** Ends a run as Ctrl-C does. False where there is none of that name. */
  end(id: string): boolean {
    const run = this.#open.get(id);
    void run?.end();
    return run !== undefined;
  }

  /** Ends all of them, and waits until nothing is left. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map((run) => run.end()));
  }

  #queueOf(lab: string): Queue {
    const queue = this.#queues.get(lab) ?? new Queue();
    this.#queues.set(lab, queue);
    return queue;
  }
}

function tooMany(): UserError {
  const message = `${MOST_OPEN} runs go on or wait for their turn already`;
  return new UserError(message, 2, 'Stop one of them, or wait until one has ended.');
}
