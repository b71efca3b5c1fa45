import { EXERCISES } from '../../exercises/catalogue.js';
import type { Exercise } from '../../src/exercise/definition.js';
import type { Commands } from './initramfs.js';

/** An answer to an exercise, and the fact that it fails; undefined where it solves it. */
export interface Answer {
  readonly name: string;
  readonly exercise: string;
  readonly file: string;
  readonly fails: string | undefined;
}

/** Answers that were seen to be judged so on pure cgroup v2. `TSLAB_VM_ONLY=exercise` tries all: what passes there belongs here. */
const SEEN: ReadonlySet<string> = new Set(
  [
    ...['01-be-one', '01-end-it-from-outside', '02-let-go', '02-nine-reasons', '02-hole-in-the-mask'],
    '03-in-before-it-matters',
  ].map((id) => `exercise-${id}.solution`),
);

/** The solution of each, and a wrong answer where files of cgroups are read: those are others than on hybrid, where all answers are tried. */
export const ANSWERS: readonly Answer[] = (await Promise.all(EXERCISES.map(({ load }) => load())))
  .flatMap(answersTo)
  .filter(({ name }) => SEEN.has(name) || process.env.TSLAB_VM_ONLY !== undefined);

function answersTo(exercise: Exercise): Answer[] {
  const { id, form, wrong, needsCgroup } = exercise;
  const answer = (name: string, fails?: string): Answer => {
    const file = `exercises/${id}/${name}.${form === 'list' ? 'mjs' : 'sh'}`;
    return { name: `exercise-${id}.${name}`, exercise: id, file, fails };
  };
  const [name, fails] = Object.entries(wrong)[0] ?? [];
  return [answer('solution'), ...(needsCgroup ? [answer(`wrong-${name}`, fails)] : [])];
}

export function exercises(tslab: string): Commands {
  return Object.fromEntries(
    ANSWERS.map(({ name, exercise, file }) => [name, `${tslab} exercise ${exercise} --check /app/${file} --json`]),
  );
}
