import { parseTrace } from './events.js';
import { type Refusal, Refusals } from './refusals.js';
import { Trace } from './tracefs.js';

/** How often the tracer's buffer is emptied, in milliseconds. */
const LOOK = 20;

/**
 * Watches a process and all that come of it for calls that are refused. Make one before the start (it throws UserError (3) where this machine
 * cannot tell), `follow()` the process while it waits at the gate, and ask for `end()` when it has ended.
 */
export class RefusalWatch implements Disposable {
  readonly #trace = new Trace();
  readonly #refusals: Refusals;
  readonly #timer: NodeJS.Timeout;
  #rest = '';

  /** `fromStart`: what its list is refused counts, too, not only what its program is. */
  constructor(fromStart = false) {
    this.#refusals = new Refusals(fromStart);
    this.#timer = setInterval(() => this.#look(), LOOK).unref();
  }

  /** Whether the kernel tells which capability was missing (Linux 6.14). */
  get tellsCapabilities(): boolean {
    return this.#trace.tellsCapabilities;
  }

  follow(pid: number): void {
    this.#trace.follow(pid);
  }

  /** What has been refused, in order; `lost` are events that are missing. */
  end(): { readonly refusals: readonly Refusal[]; readonly lost: number } {
    this.#look();
    return { refusals: this.#refusals.all, lost: this.#refusals.lost };
  }

  #look(): void {
    const lines = (this.#rest + this.#trace.read()).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#refusals.add(parseTrace(lines.join('\n')));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#trace[Symbol.dispose]();
  }
}
