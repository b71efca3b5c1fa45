/** Milliseconds that a step must go on before the page moves to it: quick labs would only make it flicker. */
const PATIENCE = 700;

/** What a reader does to move the page. */
const OWN_MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown'];

/** Moves the page along with a run, until the reader moves it. */
export class Follower {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mayMove = false;

  constructor() {
    for (const move of OWN_MOVES) addEventListener(move, () => this.stop(), { passive: true });
  }

  /** A run begins: the reader has just asked for it. */
  start(): void {
    this.#mayMove = true;
  }

  /** The reader goes where he likes, or the run is over. */
  stop(): void {
    this.#mayMove = false;
    clearTimeout(this.#timer);
  }

  /** Moves to an element if that is still wanted in a moment. */
  goTo(find: () => Element): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.show(find()), PATIENCE);
  }

  /** Moves to an element now, unless the reader has gone elsewhere. */
  show(target: Element): void {
    clearTimeout(this.#timer);
    if (this.#mayMove) target.scrollIntoView({ block: 'start', behavior: smoothly() });
  }
}

/** How the page moves: at once for readers whom movement troubles. */
export function smoothly(): ScrollBehavior {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
}
