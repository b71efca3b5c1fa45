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

/** It asks for util-linux, and the shell of the machine, busybox, takes its own unshare first, which knows no --cgroup. */
const IMPOSSIBLE = '12-without-tslab';

/** The solution of each, and a wrong answer where files of cgroups are read: those are others than on hybrid, where all answers are tried. */
export const ANSWERS: readonly Answer[] = (await Promise.all(EXERCISES.map(({ load }) => load())))
  .filter(({ id }) => id !== IMPOSSIBLE)
  .flatMap(answersTo);

function answersTo(exercise: Exercise): Answer[] {
  const { id, form, wrong, needsCgroup } = exercise;
  const answer = (name: string, fails?: string): Answer => {
    const file = `exercises/${id}/${name}.${form === 'list' ? 'mjs' : 'sh'}`;
    return { name: `exercise-${id}.${name}`, exercise: id, file, fails };
  };
  const [name, fails] = Object.entries(wrong)[0] ?? [];
  return [answer('solution'), ...(needsCgroup ? [answer(`wrong-${name}`, fails)] : [])];
}

/** Those of some exercises. */
export function exercises(tslab: string, isWanted: (id: string) => boolean): Commands {
  const check = ({ exercise, file }: Answer) => `${tslab} exercise ${exercise} --check /app/${file} --json`;
  return Object.fromEntries(
    ANSWERS.filter(({ exercise }) => isWanted(exercise)).map((answer) => [answer.name, check(answer)]),
  );
}
