import type { Check, LabEnded, LabEvent, ObservationMade, Output, StepStarted, SyscallMade } from '../../lab/events.js';

/** What a view shows at once: an event, or several that belong together. */
export type Item =
  | Exclude<LabEvent, StepStarted | LabEnded | Output | ObservationMade | SyscallMade>
  | NumberedStep
  | OutputLines
  | Observed
  | Change
  | CallRow
  | FoldedCalls
  | Summary
  | Over;

export type Items = AsyncGenerator<Item, void>;

export interface NumberedStep extends StepStarted {
  /** From 1. */
  number: number;
}

/** Whole lines of output. */
export interface OutputLines extends Output {
  /** The item before is output of the same command. */
  continued?: boolean;
}

/** What was read, and the calls by which it came about, rendered. */
export interface Observed extends ObservationMade {
  by?: string[];
}

/** The same thing, read by the same reader, before and after. */
export interface Change {
  type: 'change';
  before: Observed;
  after: Observed;
  /** Nothing has changed, and an earlier step has shown the value. */
  isKnown?: true;
}

/** A row of the trace: a call. */
export interface CallRow extends SyscallMade {
  /** Compared with what the lab did before; absent where the call failed or only tidies up. */
  novelty?: 'new' | 'known';
  /** The text with the script of its shell, which is left out of `text`: it is shown elsewhere. */
  whole?: string;
  /** For a write: the calls that opened its file and closed it, which have no rows of their own. */
  around?: SyscallMade[];
}

/** Calls of one process that are counted instead of shown: rows that the lab has shown before, and calls that only tidy up. */
export interface FoldedCalls {
  type: 'folded';
  by: SyscallMade['by'];
  repeated: CallRow[];
  housekeeping: SyscallMade[];
}

/** The end of a lab, with its checks counted. */
export interface Summary extends LabEnded {
  held: number;
  /** The checks that did not hold. */
  broken: Check[];
  /** What came of the comparison of the host before and after; undefined where the lab did not get that far. */
  host?: Check;
}

/** No more events; `error` is what the lab threw, if it did. */
export interface Over {
  type: 'over';
  error?: unknown;
}
