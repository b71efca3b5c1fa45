/** Hands an event to whoever watches, and resolves when the next one is wanted. Throws {@link NobodyListens} where none ever will be. */
export type Tell<E> = (event: E) => Promise<void>;

/** Thrown in work that tells an event when nobody listens any more (`| head -3`): it unwinds, as after any error. */
export class NobodyListens extends Error {
  override readonly name = 'NobodyListens';
}

/**
 * The events that some work tells, one at a time: the work begins when the first is asked for, and goes on after each when the
 * next is asked for. Throws what the work throws. Who stops listening waits until the work has unwound.
 */
export async function* stream<E>(work: (tell: Tell<E>) => Promise<void>): AsyncGenerator<E, void, void> {
  const meeting = new Rendezvous<E>();
  let next = meeting.next();
  const worked = work(meeting.tell).finally(meeting.end);
  try {
    for (let told = await next; told; told = await next) {
      yield told.event;
      next = meeting.next();
    }
    await worked;
  } finally {
    meeting.leave();
    await worked.catch(unlessUnheard);
  }
}

/** Where work that tells and somebody who watches wait for each other. */
class Rendezvous<E> {
  #over = false;
  #left = false;
  /** The watcher, who waits for an event; undefined is the end. */
  #wanted: ((told: { event: E } | undefined) => void) | undefined;
  /** The work, which waits until the next event is wanted. */
  #waiting: { goOn(): void; stop(error: Error): void } | undefined;

  readonly tell: Tell<E> = (event) =>
    new Promise((goOn, stop) => {
      if (this.#left) return stop(new NobodyListens('nobody listens any more'));
      if (this.#waiting)
        return stop(new Error('an event is told while another waits to be taken: an await is missing'));
      this.#waiting = { goOn, stop };
      this.#wanted?.({ event });
    });

  next(): Promise<{ event: E } | undefined> {
    return new Promise((wanted) => {
      if (this.#over) return wanted(undefined);
      this.#wanted = wanted;
      this.#waiting?.goOn();
      this.#waiting = undefined;
    });
  }

  readonly end = (): void => {
    this.#over = true;
    this.#wanted?.(undefined);
  };

  leave(): void {
    this.#left = true;
    this.#waiting?.stop(new NobodyListens('nobody listens any more'));
  }
}

/** Tells what `change` makes of each event, and nothing where it makes nothing of it. */
export function changed<E>(tell: Tell<E>, change: (event: E) => E | undefined): Tell<E> {
  return async (event) => {
    const other = change(event);
    if (other) await tell(other);
  };
}

function unlessUnheard(error: unknown): void {
  if (!(error instanceof NobodyListens)) throw error;
}
