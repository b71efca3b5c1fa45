/** As many as Docker does at once (moby, `max-concurrent-downloads`). */
const AT_ONCE = 3;

/** Work that ends when one part of it fails: the others are told by `signal`. */
export class Together {
  readonly #controller = new AbortController();
  readonly #running: Promise<unknown>[] = [];
  #places = AT_ONCE;
  readonly #waiting: (() => void)[] = [];
  readonly signal: AbortSignal;

  constructor(outer?: AbortSignal) {
    this.signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
  }

  /**
   * Begins a part when there is a place for it, in the order of the calls; `leave` gives the place to the next before the part ends. `onWait` is
   * told where there is none yet. A failure stops all; whoever awaits it is told.
   */
  begin<T>(work: (leave: () => void) => Promise<T>, onWait = () => {}): Promise<T> {
    const one = this.#inPlace(work, onWait);
    // The reason for the abort is the first failure, and all others come of it.
    one.catch((error) => this.#controller.abort(error));
    this.#running.push(one);
    return one;
  }

  async #inPlace<T>(work: (leave: () => void) => Promise<T>, onWait: () => void): Promise<T> {
    if (this.#places === 0) {
      onWait();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#places--;
    let hasLeft = false;
    const leave = () => {
      if (!hasLeft) this.#next();
      hasLeft = true;
    };
    try {
      this.signal.throwIfAborted();
      return await work(leave);
    } finally {
      leave();
    }
  }

  #next(): void {
    const first = this.#waiting.shift();
    if (first) first();
    else this.#places++;
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
