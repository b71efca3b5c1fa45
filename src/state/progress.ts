import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { integer, Misfit, map, maybe, type Parser, record, since, text } from '../kernel/parser.js';
import { writeAtomically } from './atomic.js';
import { here, notWritable, stateDirectory } from './directories.js';
import { lookAt } from './look.js';
import { CorruptError, type Format, readStored, storedText, Withheld } from './stored.js';

/** What a person has done of the course: lesson or lab by id, and when first (ISO 8601). */
export interface Progress {
  readonly read: Readonly<Record<string, string>>;
  readonly held: Readonly<Record<string, string>>;
  /** How the last predictions went, by lab. */
  readonly predicted: Readonly<Record<string, Predicted>>;
  /** The lab that was left before its end, and the step that was to come. */
  readonly at: Place | undefined;
  /** The section at which each lesson was left, by lesson; the one that was left last is the last. */
  readonly sections: Readonly<Record<string, string>>;
  /** The exercises that were begun. */
  readonly exercises: Readonly<Record<string, Practice>>;
}

/** How far somebody is with an exercise. */
export interface Practice {
  readonly tries: number;
  /** The most hints that were shown before it was solved. */
  readonly hints: number;
  /** When first (ISO 8601). */
  readonly solved?: string | undefined;
}

export interface Predicted {
  readonly asked: number;
  readonly right: number;
}

export interface Place {
  readonly lab: string;
  readonly step: string;
}

/** Progress as it could be read; `note`: what was wrong with the file, in a sentence. */
export interface ProgressFound {
  readonly progress: Progress;
  readonly note?: string;
}

/** Of whoever has not begun. */
export const NOTHING: Progress = { read: {}, held: {}, predicted: {}, at: undefined, sections: {}, exercises: {} };

/** Dates by id. Entries that are no dates are left out. */
const dates: Parser<Readonly<Record<string, string>>> = (value, at) => {
  if (typeof value !== 'object' || value === null) throw new Misfit(at, value, 'an object');
  return Object.fromEntries(
    Object.entries(value).filter(([, when]) => typeof when === 'string' && Date.parse(when) > 0),
  );
};

const PROGRESS: Format<Progress> = {
  version: 1,
  limit: 2 ** 20,
  parse: record<Progress>({
    ...{ read: since(dates, {}), held: since(dates, {}) },
    predicted: since(map(record<Predicted>({ asked: integer(0), right: integer(0) })), {}),
    at: maybe(record<Place>({ lab: text, step: text })),
    sections: since(map(text), {}),
    exercises: since(map(record<Practice>({ tries: integer(0), hints: integer(0), solved: maybe(text) })), {}),
  }),
};

/** Reads the progress; empty where there is no file, or none that can be read. Never throws. */
export function loadProgress(): ProgressFound {
  try {
    return lookAt(progressFile()) ? { progress: readStored(progressFile(), PROGRESS) } : { progress: NOTHING };
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof CorruptError)) return { progress: NOTHING, note: `${message}.` };
    return { progress: NOTHING, note: `${message}; progress counts from now on.` };
  }
}

/** Records that a lesson was read, or a lab held; the first time counts. Returns a sentence where that could not be kept; never throws. */
export function noteProgress(what: 'read' | 'held', id: string, now = new Date()): string | undefined {
  const { progress } = loadProgress();
  if (progress[what][id] !== undefined) return undefined;
  return keep({ ...progress, [what]: { ...progress[what], [id]: now.toISOString() } });
}

/** Notes how the predictions of a run went, where some were made, and where it was left. A sentence where that could not be kept; never throws. */
export function notePlace(lab: string, predicted: Predicted, at: Place | undefined): string | undefined {
  const { progress } = loadProgress();
  const other = progress.at?.lab === lab ? undefined : progress.at;
  const all = predicted.asked > 0 ? { ...progress.predicted, [lab]: predicted } : progress.predicted;
  return keep({ ...progress, predicted: all, at: at ?? other });
}

/** Notes at which section a lesson was left; undefined: it was read to its end. A sentence where that could not be kept; never throws. */
export function noteSection(lesson: string, section: string | undefined, now = new Date()): string | undefined {
  const { progress } = loadProgress();
  const { [lesson]: _, ...others } = progress.sections;
  if (section !== undefined) return keep({ ...progress, sections: { ...others, [lesson]: section } });
  return keep({ ...progress, read: { [lesson]: now.toISOString(), ...progress.read }, sections: others });
}

/** How far somebody is with an exercise, who may not have begun. */
export function practiceOf({ exercises }: Progress, id: string): Practice {
  return exercises[id] ?? { tries: 0, hints: 0 };
}

/** Notes another try, another hint, or that it is solved; what comes after that does not count. A sentence where that could not be kept; never throws. */
export function notePractice(id: string, what: 'tried' | 'hinted' | 'solved', now = new Date()): string | undefined {
  const { progress } = loadProgress();
  const { tries, hints, solved } = practiceOf(progress, id);
  if (solved !== undefined) return undefined;
  const done: Record<typeof what, Practice> = {
    tried: { tries: tries + 1, hints },
    hinted: { tries, hints: hints + 1 },
    solved: { tries, hints, solved: now.toISOString() },
  };
  return keep({ ...progress, exercises: { ...progress.exercises, [id]: done[what] } });
}

/** Forgets how far somebody was with an exercise. A sentence where that could not be kept; never throws. */
export function forgetPractice(id: string): string | undefined {
  const { progress } = loadProgress();
  const { [id]: _, ...exercises } = progress.exercises;
  return keep({ ...progress, exercises });
}

/** Forgets everything. Returns a sentence where that could not be kept; never throws. */
export function resetProgress(): string | undefined {
  return keep(NOTHING);
}

function keep(progress: Progress): string | undefined {
  try {
    setDamagedAside(join(stateDirectory(), FILE));
    writeAtomically(progressFile(), storedText(progress, PROGRESS));
    return undefined;
  } catch (error) {
    const isTold = error instanceof UserError || error instanceof Withheld;
    return `Your progress is not kept. ${(isTold ? error : notWritable(progressFile(), error)).message}`;
  }
}

/** A damaged file is kept for repair by hand, and one of a newer tslab stays. */
function setDamagedAside(path: string): void {
  try {
    if (lookAt(path)) readStored(path, PROGRESS);
  } catch (error) {
    if (!(error instanceof CorruptError)) throw error;
    renameSync(path, `${path}.damaged`);
  }
}

const FILE = 'progress.json';

function progressFile(): string {
  return join(here().state, FILE);
}
