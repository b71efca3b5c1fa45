import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/user-error.js';
import { writeAtomically } from './atomic.js';
import { errnoName, here, notWritable, stateDirectory } from './directories.js';

/** What a person has done of the course: lesson or lab by id, and when first (ISO 8601). */
export interface Progress {
  readonly read: Readonly<Record<string, string>>;
  readonly held: Readonly<Record<string, string>>;
}

/** Progress as it could be read; `note`: what was wrong with the file, in a sentence. */
export interface ProgressFound {
  readonly progress: Progress;
  readonly note?: string;
}

const NOTHING: Progress = { read: {}, held: {} };

/** What is known so far; nothing where there is no file, or none that can be read. Never throws. */
export function loadProgress(): ProgressFound {
  try {
    const progress = parseProgress(readFileSync(progressFile(), 'utf8'));
    if (progress) return { progress };
    return { progress: NOTHING, note: `${progressFile()} is damaged; progress counts from now on.` };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoName(error) ?? '')) return { progress: NOTHING };
    return { progress: NOTHING, note: `${progressFile()} cannot be read: ${errnoName(error) ?? error}.` };
  }
}

/** The text of the file as progress; undefined where it is something else. Entries that are no dates are left out. */
export function parseProgress(text: string): Progress | undefined {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null) return undefined;
    const { read, held } = found as Record<keyof Progress, unknown>;
    return { read: datesOf(read), held: datesOf(held) };
  } catch {
    return undefined;
  }
}

function datesOf(entries: unknown): Record<string, string> {
  const pairs = Object.entries(Object(entries)).filter(([, when]) => typeof when === 'string' && Date.parse(when) > 0);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** Notes that a lesson was read, or a lab held; the first time counts. A sentence where that could not be kept; never throws. */
export function noteProgress(what: keyof Progress, id: string, now = new Date()): string | undefined {
  const { progress } = loadProgress();
  if (progress[what][id] !== undefined) return undefined;
  return keep({ ...progress, [what]: { ...progress[what], [id]: now.toISOString() } });
}

/** Forgets everything. A sentence where that could not be kept; never throws. */
export function resetProgress(): string | undefined {
  return keep(NOTHING);
}

function keep(progress: Progress): string | undefined {
  try {
    setDamagedAside(join(stateDirectory(), FILE));
    writeAtomically(progressFile(), `${JSON.stringify(progress, null, 2)}\n`);
    return undefined;
  } catch (error) {
    const { message } = error instanceof UserError ? error : notWritable(progressFile(), error);
    return `Your progress is not kept. ${message}`;
  }
}

/** Somebody may want to repair it by hand. */
function setDamagedAside(path: string): void {
  try {
    if (parseProgress(readFileSync(path, 'utf8')) === undefined) renameSync(path, `${path}.damaged`);
  } catch (error) {
    if (errnoName(error) !== 'ENOENT') throw error;
  }
}

const FILE = 'progress.json';

function progressFile(): string {
  return join(here().state, FILE);
}
