import type { LabEnded } from '../lab/events.js';

/** A lab to run, as a page asks for it: the body of `POST /runs`. */
export interface RunRequest {
  readonly lab: string;
  readonly language: string;
  /** Steps to leave out. */
  readonly skip: readonly string[];
  /** The lab's own options, by name without dashes. */
  readonly options: Readonly<Record<string, string>>;
  /** The step after which the run is to end; the whole lab where it is absent. */
  readonly runTo?: string;
  /** Runs with what is to be left out first, then without, and tells what differs. */
  readonly compare?: true;
}

/** What the server answers while it goes on, one JSON object a line. */
export type RunMessage = Waiting | Started | Fragment | Refused | Ended;

export interface Waiting {
  readonly type: 'waiting';
  /** The name by which `POST /runs/NAME/stop` ends it. */
  readonly run: string;
  /** How many runs of the same lab come first, the one that goes on included. */
  readonly before: number;
}

export interface Started {
  readonly type: 'started';
  readonly run: string;
  /** Which of two runs that are to be compared: there are two such messages. */
  readonly side?: 'with' | 'without';
}

/** Something to show below a section. */
export interface Fragment {
  readonly type: 'fragment';
  /** What it shows: `step`, `check`, `end`, … (src/view/run/items.ts). */
  readonly kind: string;
  /** Absent: it belongs to the whole lab, as its start and its end do. */
  readonly step?: string;
  readonly html: string;
}

/** Nothing runs, or no more; for the reader. */
export interface Refused {
  readonly type: 'refused';
  readonly message: string;
  readonly remedy?: string;
}

export interface Ended {
  readonly type: 'ended';
  /** `stopped`: by the reader, or after the step that was the last to be run. */
  readonly status: LabEnded['status'] | 'stopped';
}
