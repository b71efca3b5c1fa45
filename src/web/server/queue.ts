/** Lets one in at a time; the others wait in the order in which they came. */
export class Queue {
  readonly #places: Place[] = [];

  /** Takes the last place. */
  join(): Place {
    const place = new Place(() => this.#drop(place));
    this.#places.push(place);
    place.move(this.#places.length - 1);
    return place;
  }

  #drop(place: Place): void {
    const at = this.#places.indexOf(place);
    if (at === -1) return;
    this.#places.splice(at, 1);
    for (const [before, other] of this.#places.entries()) other.move(before);
  }
}

/** A place in a queue, for as long as its owner wants it. */
export class Place {
  #before = 0;
  #tell: (() => void) | undefined;

  /** `leave`: gives the place up, whether or not its turn has come. */
  constructor(readonly leave: () => void) {}

  /** How many come first, each time that it is another number, until it is this one's turn: then 0 ends it. */
  async *waiting(signal: AbortSignal): AsyncGenerator<number, void> {
    while (this.#before > 0 && !signal.aborted) {
      const changed = this.#change(signal);
      yield this.#before;
      await changed;
    }
  }

  move(before: number): void {
    if (before === this.#before) return;
    this.#before = before;
    this.#tell?.();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
