import type { Check, LabEnded, LabEvent, Observation, Output, StepStarted, SyscallMade } from '../lab/events.js';
import { visibleAll } from './text/visible.js';

/** What a view shows at once: an event, or several that belong together. */
export type Item =
  | Exclude<LabEvent, StepStarted | LabEnded | Output>
  | NumberedStep
  | OutputLines
  | Change
  | Housekeeping
  | Summary
  | Over;

export interface NumberedStep extends StepStarted {
  /** From 1. */
  number: number;
}

/** Whole lines of output. */
export interface OutputLines extends Output {
  /** The item before is output of the same command. */
  continued?: boolean;
}

/** The end of a lab, with its checks counted. */
export interface Summary extends LabEnded {
  held: number;
  /** The checks that did not hold. */
  broken: Check[];
}

/** The same thing, read by the same reader, before and after. */
export interface Change {
  type: 'change';
  before: Observation;
  after: Observation;
}

/** Calls in a row that only tidy up. */
export interface Housekeeping {
  type: 'housekeeping';
  calls: SyscallMade[];
}

/** No more events; `error` is what the lab threw, if it did. */
export interface Over {
  type: 'over';
  error?: unknown;
}

type Items = AsyncGenerator<Item, void>;

/**
 * Turns a lab's events into what a view shows, in order, with control characters made visible. The last item is `over`, with the
 * error where the lab threw one, so that what was held back is shown first.
 */
export function arrange(events: AsyncIterable<LabEvent>): Items {
  const whole = nameCommandsOnce(joinLines(tally(untilOver(events))));
  return makeVisible(pairObservations(foldHousekeeping(whole)));
}

async function* untilOver(events: AsyncIterable<LabEvent>): AsyncGenerator<LabEvent | Over, void> {
  let error: unknown;
  try {
    yield* events;
  } catch (thrown) {
    error = thrown;
  }
  yield { type: 'over', error };
}

/** Numbers the steps and counts the checks. */
async function* tally(events: AsyncIterable<LabEvent | Over>): Items {
  let number = 0;
  const checks: Check[] = [];
  for await (const event of events) {
    if (event.type === 'check') checks.push(event);
    if (event.type === 'step') yield { ...event, number: ++number };
    else if (event.type === 'end') yield summarise(event, checks);
    else yield event;
  }
}

function summarise(end: LabEnded, checks: readonly Check[]): Summary {
  const broken = checks.filter((check) => !check.held);
  return { ...end, held: checks.length - broken.length, broken };
}

/** Output comes in pieces of any size: the start of a line waits for the rest of it. */
async function* joinLines(items: Items): Items {
  let tail: Output | undefined;
  for await (const item of items) {
    const joined = tail && isSameStream(tail, item) ? { ...tail, text: tail.text + item.text } : item;
    if (tail && joined === item) yield tail;
    tail = undefined;
    if (joined.type === 'output') {
      const end = joined.text.lastIndexOf('\n') + 1;
      if (end > 0 || joined.text === '') yield { ...joined, text: joined.text.slice(0, end) };
      if (end < joined.text.length) tail = { ...joined, text: joined.text.slice(end) };
    } else yield joined;
  }
}

function isSameStream(a: Output, b: Item): b is Output {
  return isSameCommand(a, b) && a.stream === b.stream;
}

function isSameCommand(a: Item | undefined, b: Item): b is Output {
  return a?.type === 'output' && b.type === 'output' && a.step === b.step && a.command === b.command;
}

/** Marks output that goes on, so that its command is named once. */
async function* nameCommandsOnce(items: Items): Items {
  let last: Item | undefined;
  for await (const item of items) {
    yield isSameCommand(last, item) ? { ...item, continued: true } : item;
    last = item;
  }
}

/** Gathers calls that only tidy up; one that failed is shown like any other. */
async function* foldHousekeeping(items: Items): Items {
  let calls: SyscallMade[] = [];
  for await (const item of items) {
    if (item.type === 'syscall' && item.housekeeping && !(Number(item.result) < 0)) {
      calls.push(item);
      continue;
    }
    if (calls.length > 0) yield { type: 'housekeeping', calls };
    calls = [];
    yield item;
  }
}

/** Holds what was observed before until the same is observed after, or the step ends. */
async function* pairObservations(items: Items): Items {
  const held = new Map<string, Observation>();
  for await (const item of items) {
    if (item.type === 'step' || item.type === 'end' || item.type === 'over') {
      yield* held.values();
      held.clear();
    }
    if (item.type !== 'observe' || item.when === 'during') yield item;
    else yield* pair(item, held);
  }
}

function pair(observation: Observation, held: Map<string, Observation>): Item[] {
  const key = `${observation.from} ${observation.path}`;
  const earlier = held.get(key);
  held.delete(key);
  if (observation.when === 'after')
    return [earlier ? { type: 'change', before: earlier, after: observation } : observation];
  held.set(key, observation);
  return earlier ? [earlier] : [];
}

/** What a container wrote must not reach the terminal as it is. */
async function* makeVisible(items: Items): Items {
  for await (const item of items) yield item.type === 'over' ? item : visibleAll(item);
}
