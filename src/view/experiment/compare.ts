import type { Check } from '../../lab/events.js';
import type { CallRow, NumberedStep, Observed, OutputLines } from '../run/items.js';
import { comparable, type Pair, pairUp } from './pairs.js';
import type { Part } from './story.js';

/** What differs in a step. */
export interface StepComparison {
  readonly step: NumberedStep;
  /** Made by one of them, or with another outcome. */
  readonly calls: readonly Pair<CallRow>[];
  /** What was read at the same place. */
  readonly observed: readonly Pair<Observed>[];
  /** What programs printed. */
  readonly output: readonly Pair<OutputLines>[];
  /** All checks of the step, those that agree too. */
  readonly checks: readonly Pair<Check>[];
}

/** What differs in a step, if anything does. */
export function compareParts(parts: Pair<Part>): StepComparison | undefined {
  const compared = pairAll(parts);
  return differs(compared) ? compared : undefined;
}

function pairAll({ with: one, without: other }: Pair<Part>): StepComparison {
  const { step } = (other ?? one) as Part;
  const observed = pairUp(one?.observed ?? [], other?.observed ?? [], keyOfPlace);
  const output = pairUp(one?.output ?? [], other?.output ?? [], keyOfCommand);
  return {
    step,
    calls: pairUp(one?.calls ?? [], other?.calls ?? [], keyOfCall).filter(hasOtherOutcome),
    observed: observed.filter(saysOtherwise),
    output: output.filter((pair) => printsOtherwise(pair) && !isObserved(pair, observed)),
    checks: pairUp(one?.checks ?? [], other?.checks ?? [], ({ name }) => name),
  };
}

/** Whether something came of it. What is read or printed differs by chance, too (processes of the machine, times), and so does a call. */
function differs({ step, calls, observed, output, checks }: StepComparison): boolean {
  const other = calls.length > 0 && observed.length + output.length > 0;
  return step.skipped === true || other || !checks.every(agrees);
}

/** Whether a check holds in both runs, or in neither. */
export function agrees(check: Pair<Check>): boolean {
  return check.with?.held === check.without?.held;
}

// A descriptor or a number of a process is another each time, and yet the call is the same.
function keyOfCall({ text }: CallRow): string {
  return comparable(text).replace(/-?\d+/g, '#');
}

function hasOtherOutcome({ with: one, without: other }: Pair<CallRow>): boolean {
  if (!one || !other) return true;
  // What could not be opened cannot be closed either.
  return one.errno !== other.errno && one.name !== 'close';
}

function keyOfPlace({ when, from, path }: Observed): string {
  return comparable(`${when} ${from} ${path}`);
}

function saysOtherwise({ with: one, without: other }: Pair<Observed>): boolean {
  return comparable(one?.value ?? '') !== comparable(other?.value ?? '');
}

/** What a command printed is told twice where a lab looks at it. */
function isObserved({ with: one, without: other }: Pair<OutputLines>, observed: readonly Pair<Observed>[]): boolean {
  const { command, stream } = one ?? other ?? {};
  return stream === 'stdout' && observed.some((pair) => (pair.with ?? pair.without)?.path === command);
}

function keyOfCommand({ stream, command }: OutputLines): string {
  return comparable(`${stream} ${command}`);
}

function printsOtherwise({ with: one, without: other }: Pair<OutputLines>): boolean {
  return comparable(one?.text ?? '') !== comparable(other?.text ?? '');
}
