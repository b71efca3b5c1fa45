import type { LabStarted, ObservationMade, StepStarted } from '../../lab/events.js';
import type { Summary } from '../run/items.js';

/**
 * What the views and the prompts say themselves, in one language: a word that is missing does not compile. The rest is the lab's
 * and stays as it is: what was expected and found, commands, paths, calls, what the system says of an errno.
 */
export interface Words {
  /** What a lab calls a check, a figure or a sight: English in its events, here in this language. */
  named(english: string): string;
  /** Between a name and what it says. */
  readonly colon: string;
  /** Between the parts of a list. */
  readonly comma: string;
  /** Begins as a sentence does, and ends as one. */
  sentence(text: string): string;
  /** `control groups: hybrid; as root; root filesystem: busybox`. */
  machine(lab: LabStarted): string;
  impossible(why: string): string;
  skipped(step: string): string;
  readonly from: Record<ObservationMade['from'], string>;
  readonly before: string;
  readonly after: string;
  readonly same: string;
  readonly missing: string;
  readonly empty: string;
  linesMore(count: number): string;
  linesSame(count: number): string;
  /** Calls that are not shown: `names` says which and how often. */
  repeated(calls: number, names: string, housekeeping: number): string;
  housekeeping(calls: number, topics: string): string;
  readonly topics: Record<Topic, string>;
  readonly noReturn: string;
  range(least: string, most: string): string;
  expected(value: string): string;
  got(value: string): string;
  readonly guess: GuessWords;
  /** How a lab ended: `held: all 11 checks`. */
  verdict(end: Summary): string;
  /** What was left out on purpose, and what came of it. */
  consequence(skipped: readonly string[], broken: number): string;
  /** Behind a place: how what stands there was looked at. */
  note(text: string): string;
  /** The note that explains the marks of rows below each other. */
  readonly marks: string;
  readonly legendNew: string;
  /** A demo that somebody has left. */
  leftAt(lab: string, step: number, steps: number): string;
  readonly plain: PlainWords;
  readonly prompt: PromptWords;
  readonly lessons: LessonWords;
}

/** What the lists of lessons and labs say, and what was done of them. */
export interface LessonWords {
  readonly read: string;
  /** All checks of the lab held. */
  readonly held: string;
  readonly notRead: string;
  readonly notHeld: string;
  minutes(count: number): string;
  /** A lesson read aloud: what it is, how long it takes, whether it was read. */
  entry(entry: { id: string; title: string; summary: string; minutes: number; done: string }): string;
  count(read: number, lessons: number, minutes: number): string;
  readonly hint: string;
  /** Behind a title, what was done. */
  aside(done: string): string;
  /** How many lessons were read and how many labs held, of how many. */
  progress(read: number, lessons: number, held: number, labs: number): string;
  readonly forgotten: string;
  /** How a lab is run. */
  readonly runOne: string;
  readonly whichLab: string;
  readonly leave: string;
}

/** What calls are about that only tidy up. */
export type Topic = 'signals' | 'descriptors' | 'files' | 'seal';

/** About a question that was asked; `answer` has the letter of the right choice and its text, in Markdown. */
export interface GuessWords {
  answer(answer: string): string;
  right(answer: string): string;
  wrong(letter: string, answer: string): string;
}

/** What only the plain view says: it has words where others have symbols. */
export interface PlainWords {
  readonly semicolon: string;
  lab(id: string, title: string): string;
  machine(machine: string): string;
  step(step: StepStarted & { number: number }): string;
  readonly now: string;
  readonly bothTimes: string;
  readonly changedBy: string;
  /** `before: debian`. */
  labelled(label: string, text: string): string;
  linesMore(count: number): string;
  times(count: number): string;
  /** A call; `result` is undefined where it did not return, `around` has the calls that opened its file and closed it. */
  call(call: PlainCall): string;
  folded(by: string, count: string): string;
  readonly command: string;
  readonly output: Record<'stdout' | 'stderr', string>;
  measured(name: string, value: string): string;
  samples(count: number, range: string): string;
  readonly check: Record<'held' | 'failed', string>;
  inStep(step: string, check: string): string;
  end(id: string, verdict: string): string;
  readonly remedy: string;
}

export interface PlainCall {
  readonly by: string;
  readonly text: string;
  readonly isNew: boolean;
  readonly failed: boolean;
  readonly result: string | undefined;
  readonly around: readonly string[];
}

/** What `--step` says before it waits for a key. */
export interface PromptWords {
  question(question: string): string;
  choose(letters: string): string;
  readonly goOn: string;
  readonly quit: string;
  /** The same, in a sentence. */
  plainKeys(keys: string): string;
  /** Processes of a step are about to end: what to type where. */
  readonly held: string;
  /** All processes of a step have ended before anybody could look. */
  nothingHeld(step: string): string;
  readonly shell: string;
  /** Where the shell is that opens now: in the container of this process, or on the host. */
  shellIn(pid: number | undefined): string;
}
