import type { Held } from '../../lab/events.js';
import { type Input, reduce } from '../../view/demo/reduce.js';
import { type Demo, type Extent, heldNow, isWaiting } from '../../view/demo/state.js';
import { stamp } from '../../view/demo/time/stamp.js';
import { secondsOf } from '../../view/demo/time/wait.js';
import type { Beside } from '../../view/experiment/runs.js';

/** Where the things that a lab tells come from: undefined at their end. */
export interface Source {
  next(): Promise<Beside | undefined>;
}

/** Where a demo is shown. */
export interface Display {
  /** How long the page is that is shown, and how much of it can be seen at once. */
  extentOf(demo: Demo): Extent;
  show(demo: Demo): void;
}

/** Leads a demo from what happens to what is shown: the one place where it changes. */
export class Controller {
  #demo: Demo;
  readonly #source: Source;
  readonly #display: Display;
  readonly #left: Promise<Demo>;
  #leave: (demo: Demo) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #pulling = false;
  #drawing: NodeJS.Immediate | undefined;
  #isAside = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(demo: Demo, source: Source, display: Display) {
    [this.#demo, this.#source, this.#display] = [stamp(demo, Date.now()), source, display];
    this.#left = new Promise((resolve, reject) => {
      [this.#leave, this.#fail] = [resolve, reject];
    });
  }

  /** Shows the demo until somebody leaves it. Throws what the lab throws. */
  async run(): Promise<Demo> {
    this.#goOn();
    try {
      return await this.#left;
    } finally {
      clearTimeout(this.#timer);
      clearImmediate(this.#drawing);
      if (!this.#isAside) this.#display.show(this.#demo);
    }
  }

  /** Somebody has pressed a key. */
  press(key: string): void {
    this.#tell({ type: 'key', key, extent: this.#extent });
  }

  /** A signal has come that ends this process. */
  interrupt(): void {
    this.#tell({ type: 'signal' });
  }

  /** Shows the demo, together with all that happens before this process rests: a lab tells many things at once. */
  redraw(): void {
    if (this.#isAside) return;
    this.#drawing ??= setImmediate(() => {
      this.#drawing = undefined;
      this.#display.show(this.#demo);
    });
  }

  /** Lets somebody do something among the processes that live, if any are held: meanwhile nothing is shown, and time stands still. */
  async aside(visit: (held: Held) => Promise<void>): Promise<void> {
    const held = heldNow(this.#demo);
    if (!held || this.#isAside) return;
    this.#isAside = true;
    clearTimeout(this.#timer);
    await visit(held).catch(this.#fail);
    this.#isAside = false;
    this.#goOn();
  }

  #tell(input: Input): void {
    if (this.#demo.leaving) return;
    this.#demo = stamp(reduce(this.#demo, input), Date.now());
    this.#goOn();
  }

  #goOn(): void {
    this.redraw();
    if (this.#demo.leaving) this.#leave(this.#demo);
    else if (this.#demo.lab === 'running') void this.#pull();
    this.#setTimer();
  }

  /** The lab goes on while somebody asks it for the next event, and stands still when nobody does. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (this.#demo.lab === 'running' && !this.#demo.leaving) {
        const item = await this.#source.next();
        this.#tell({ type: 'item', item: item ?? { type: 'over' } });
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pulling = false;
    }
  }

  /** `--auto`: the time counts from the last thing that has happened. */
  #setTimer(): void {
    clearTimeout(this.#timer);
    if (!isWaiting(this.#demo)) return;
    const tick = () => this.#tell({ type: 'tick', extent: this.#extent });
    this.#timer = setTimeout(tick, secondsOf(this.#demo, this.#extent) * 1000);
  }

  get #extent(): Extent {
    return this.#display.extentOf(this.#demo);
  }
}
