import { agrees } from '../../lesson/agrees.js';

/** A choice of a question, as the page has it. */
export interface Choice {
  readonly right: boolean;
  /** What the check finds if this is so: `*` stands for anything. */
  readonly says?: string | undefined;
}

/** What a check of a run found. */
export interface Finding {
  readonly actual: string;
  readonly held: boolean;
}

export type Verdict = 'agrees' | 'disagrees' | 'unclear';

/**
 * What the kernel says to an answer. With a step left out it may say what is a wrong answer otherwise, so its own words count
 * first; where they are those of no choice, a check that held speaks for the right one.
 */
export function checkAnswer(chosen: Choice, choices: readonly Choice[], { actual, held }: Finding): Verdict {
  if (agrees(chosen, actual)) return 'agrees';
  if (choices.some((choice) => agrees(choice, actual))) return 'disagrees';
  if (!held) return 'unclear';
  return chosen.right ? 'agrees' : 'disagrees';
}
