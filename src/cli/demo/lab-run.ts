import type { LabDefinition } from '../../lab/definition.js';
import type { LabEvent } from '../../lab/events.js';
import type { LabRequest } from '../../lab/request.js';
import { runLab } from '../../lab/run.js';
import { arrange } from '../../view/run/index.js';
import type { Item, Items, Summary } from '../../view/run/items.js';

/** Passes events on, and tells somebody of each. */
export type EventsThrough = (events: AsyncIterable<LabEvent>) => AsyncIterable<LabEvent>;

/** A run of a lab that goes only as far as it is asked to, and can be ended at any point. */
export class LabRun {
  readonly #end = new AbortController();
  readonly #items: Items;
  #failure: unknown;
  /** What came of it, once it is over. */
  summary: Summary | undefined;

  constructor(definition: LabDefinition, request: LabRequest, through: EventsThrough = (events) => events) {
    const signal = AbortSignal.any([request.signal, this.#end.signal]);
    this.#items = arrange(through(runLab(definition, { ...request, signal })));
  }

  /** The next thing that the lab tells; undefined where it has told all. Throws what the lab throws. */
  async next(): Promise<Item | undefined> {
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
