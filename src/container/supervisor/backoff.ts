/** Milliseconds; the figures of Docker (moby, restartmanager.go). */
const FIRST = 100;
const LONGEST = 60_000;
const LONG_RUN = 10_000;

/** How long containers wait before they are started again: twice as long each time, and anew where one has run for ten seconds. */
export class Backoff {
  readonly #last = new Map<string, number>();

  /** The next wait of a container that ran for so long, both in milliseconds. */
  next(id: string, ran: number): number {
    const last = ran >= LONG_RUN ? undefined : this.#last.get(id);
    const wait = last === undefined ? FIRST : Math.min(2 * last, LONGEST);
    this.#last.set(id, wait);
    return wait;
  }

  /** Somebody has started it, or it stays as it is. */
  forget(id: string): void {
    this.#last.delete(id);
  }
}
