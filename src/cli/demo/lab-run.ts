import type { LabDefinition } from '../../lab/definition.js';
import type { LabEvent } from '../../lab/events.js';
import type { LabRequest } from '../../lab/request.js';
import { runLab } from '../../lab/run.js';
import type { Beside } from '../../view/experiment/runs.js';
import { arrange } from '../../view/run/index.js';
import type { Summary } from '../../view/run/items.js';
import { runBoth } from './run-both.js';

/** Passes events on, and tells somebody of each. */
export type EventsThrough = (events: AsyncIterable<LabEvent>) => AsyncIterable<LabEvent>;

/** Who is told of the events of a run, and whether it is compared with one with all calls. */
export interface RunThrough {
  readonly through?: EventsThrough;
  readonly compares?: boolean;
}

const asTheyAre: EventsThrough = (events) => events;

/** A run of a lab that goes only as far as it is asked to, and can be ended at any point. */
export class LabRun {
  readonly #end = new AbortController();
  readonly #items: AsyncGenerator<Beside, void>;
  #failure: unknown;
  /** What came of it, once it is over. */
  summary: Summary | undefined;

  /** `compares`: the lab runs with what is to be left out first. */
  constructor(
    definition: LabDefinition,
    request: LabRequest,
    { through = asTheyAre, compares = false }: RunThrough = {},
  ) {
    const own = { ...request, signal: AbortSignal.any([request.signal, this.#end.signal]) };
    this.#items = compares ? runBoth(definition, own) : arrange(through(runLab(definition, own)));
  }

  /** The next thing that the lab tells; undefined where it has told all. Throws what the lab throws. */
  async next(): Promise<Beside | undefined> {
    const { value } = await this.#items.next();
    if (value?.type === 'end') this.summary = value;
    if (value?.type === 'over') this.#failure = value.error;
    this.#throwFailure();
    return value ?? undefined;
  }

  /**
   * Ends it in its one way: what it has started is killed, what it has made is removed, and the host is compared.
   * Throws what the lab throws, or has thrown at somebody who no longer listened.
   */
  async end(): Promise<void> {
    this.#end.abort();
    while (await this.next());
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
