/** As many as Docker does at once (moby, `max-concurrent-downloads`). */
const AT_ONCE = 3;

/** Work that ends when one part of it fails: the others are told by `signal`. */
export class Together {
  readonly #controller = new AbortController();
  readonly #running: Promise<unknown>[] = [];
  readonly signal: AbortSignal;

  constructor(outer?: AbortSignal) {
    this.signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
  }

  /** Begins a part once the one three before it has ended. A failure stops all; whoever awaits it is told. */
  begin<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#running.at(-AT_ONCE) ?? Promise.resolve();
    const one = before.then(() => {
      this.signal.throwIfAborted();
      return work();
    });
    // The reason for the abort is the first failure, and all others come of it.
    one.catch((error) => this.#controller.abort(error));
    this.#running.push(one);
    return one;
  }

  /** The parts that have not begun do not, the others are told. */
  stop(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Resolves when nothing of it happens any more. Rejects with the first failure. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#controller.signal.throwIfAborted();
  }
}
