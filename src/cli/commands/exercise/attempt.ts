import { readSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import { attemptList } from '../../../exercise/attempt.js';
import { callUntraced } from '../../../kernel/call.js';
import { prctl } from '../../../kernel/calls/index.js';
import { PR_SET_PDEATHSIG, SIGKILL } from '../../../kernel/constants.js';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { chooseLanguage } from '../../../terminal/language.js';
import type { GlobalOptions } from '../../command.js';
import { knowLeftovers } from '../../leftovers.js';

/** Where the events go: what the student's file prints comes by standard output. */
export const EVENTS = 3;

/** Makes the list in a student's file, in this process, which {@link tryList} has started for it. The exit status. */
export function attempt(entry: ExerciseEntry, file: string, { lang }: GlobalOptions): Promise<number> {
  return untilInterrupted(async ({ aborted: signal }) => {
    const exercise = await entry.load();
    if (exercise.form !== 'list') throw new Error(`${exercise.id} is no list`);
    knowLeftovers();
    // A loop without an end hears of nothing else.
    callUntraced(prctl(PR_SET_PDEATHSIG, SIGKILL));
    const language = chooseLanguage(lang, process.env);
    if (!isWanted()) process.exit(0);
    for await (const event of attemptList(exercise, resolve(file), { language, signal })) {
      writeSync(EVENTS, `${JSON.stringify(event)}\n`);
    }
    // What the file has begun and not ended is no reason to stay.
    process.exit(0);
  });
}

/** Whoever has started this process says when the file is there, or goes away: node and all of this are loaded by then. */
function isWanted(): boolean {
  // Not by process.stdin, which would make it a descriptor that does not wait.
  return readSync(0, Buffer.alloc(1)) === 1;
}
