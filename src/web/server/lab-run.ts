import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { LabEnded, LabEvent } from '../../lab/events.js';
import { HOST_STEP } from '../../lab/host-step.js';
import { whatBreaks } from '../../lesson/break-it.js';
import { loadLesson } from '../../lesson/lesson.js';
import { endOf } from '../../view/experiment/runs.js';
import { eventsToHtml, type Fragment } from '../../view/html/events/index.js';
import { experimentToHtml } from '../../view/html/experiment.js';
import { wordsIn } from '../../view/words/index.js';
import type { RunMessage, RunRequest } from '../messages.js';
import { LabProcess } from './lab-process.js';
import type { Place } from './queue.js';

/** A run that a page has asked for: first it waits for its turn, then the lab goes on until its end, or until `end()`. */
export class LabRun {
  readonly id = randomUUID();
  /** Resolves when the run is to end: then nobody waits for a page that does not read, or the lab could not tidy up. */
  readonly ending: Promise<unknown>;
  readonly #request: RunRequest;
  readonly #place: Place;
  readonly #ending = new AbortController();
  #process: LabProcess | undefined;
  #end: LabEnded | undefined;

  constructor(request: RunRequest, place: Place) {
    this.ending = once(this.#ending.signal, 'abort');
    this.#request = request;
    this.#place = place;
  }

  /** Ends it, whether it waits or goes on. Resolves when nothing of the lab is left; until then `messages` goes on. */
  async end(): Promise<void> {
    this.#ending.abort();
    this.#process?.end();
    await this.#process?.gone;
  }

  /** What the page is told. The place in the queue is given up with the last message. */
  async *messages(): AsyncGenerator<RunMessage, void> {
    try {
      yield* this.#wait();
      if (!this.#ending.signal.aborted) yield* this.#request.compare ? this.#compare() : this.#run();
      yield this.#outcome();
    } finally {
      await this.end();
      this.#place.leave();
    }
  }

  async *#wait(): AsyncGenerator<RunMessage, void> {
    for await (const before of this.#place.waiting(this.#ending.signal)) {
      yield { type: 'waiting', run: this.id, before };
    }
  }

  async *#run(): AsyncGenerator<RunMessage, void> {
    const events = this.#start(this.#request);
    yield { type: 'started', run: this.id };
    yield* messages(eventsToHtml(events, this.#request.language));
  }

  /** Of the run with all calls the page is told how far it is; of the one without, what differs. */
  async *#compare(): AsyncGenerator<RunMessage, void> {
    const { language, lab, skip } = this.#request;
    const withIt: LabEvent[] = [];
    const events = this.#start({ ...this.#request, skip: [] });
    yield { type: 'started', run: this.id, side: 'with' };
    for await (const event of events) {
      withIt.push(event);
      if (event.type === 'step') yield { type: 'fragment', kind: 'step', step: event.id, html: '' };
    }
    if (this.#ending.signal.aborted || !this.#end || this.#end.status === 'impossible')
      return yield* messages(eventsToHtml(endOf(withIt), language));
    this.#end = undefined;
    const without = this.#start(this.#request);
    yield { type: 'started', run: this.id, side: 'without' };
    const lesson = loadLesson(lab, language);
    const told = { skipped: skip, sentences: skip.flatMap((step) => whatBreaks(lesson, step) ?? []) };
    yield* messages(experimentToHtml({ withIt, told }, without, language));
  }

  /** Starts a process of the lab. What it tells. */
  #start(request: RunRequest): AsyncGenerator<LabEvent, void> {
    this.#process = new LabProcess(request);
    return this.#shown(this.#process.events());
  }

  /** What the lab says of an end that was asked for is no news. */
  async *#shown(events: AsyncIterable<LabEvent>): AsyncGenerator<LabEvent, void> {
    for await (const event of upTo(this.#request.runTo, events, () => this.end())) {
      if (event.type === 'end') this.#end = event;
      if (event.type !== 'end' || !this.#ending.signal.aborted) yield event;
    }
  }

  #outcome(): RunMessage {
    const { said } = wordsIn(this.#request.language);
    if (this.#ending.signal.aborted) return { type: 'ended', status: 'stopped' };
    if (this.#end) return { type: 'ended', status: this.#end.status };
    return { type: 'refused', message: said(this.#process?.complaints || 'The lab ended without a word.') };
  }
}

async function* messages(fragments: AsyncIterable<Fragment>): AsyncGenerator<RunMessage, void> {
  for await (const { type: kind, ...fragment } of fragments) yield { type: 'fragment', kind, ...fragment };
}

/**
 * The events up to the end of a step, and how the host is then; all where no step is given. `enough` is called when the step is
 * over; what the lab does until it has heard of it is left out.
 */
export async function* upTo(
  last: string | undefined,
  events: AsyncIterable<LabEvent>,
  enough: () => void,
): AsyncGenerator<LabEvent, void> {
  let [reached, over] = [false, false];
  for await (const event of events) {
    const step = stepOf(event);
    const isWanted = step === undefined || step === HOST_STEP || step === last;
    if (reached && !isWanted && !over) enough();
    over ||= reached && !isWanted;
    reached ||= last !== undefined && step === last;
    if (!over || isWanted) yield event;
  }
}

/** The step that an event begins or belongs to; undefined for the start and the end of the lab. */
function stepOf(event: LabEvent): string | undefined {
  if (event.type === 'step') return event.id;
  return event.type === 'lab' || event.type === 'end' ? undefined : event.step;
}
