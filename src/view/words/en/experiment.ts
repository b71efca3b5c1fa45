import type { Summary } from '../../run/items.js';

/** What is said of a lab that runs with some calls and without them. */
export const experiment = {
  title: 'Experiment',
  intro: (steps: string) => `The lab runs twice, with the calls of ${steps} and without them. What differs is shown.`,
  heldIntro: (steps: string) =>
    `The lab runs once, without the calls of ${steps}, and its processes are held. Without --hold it runs twice, and is compared.`,
  withIt: 'with',
  withoutIt: 'without',
  /** A check that comes out the same in both runs. */
  inBoth: (check: string) => `in both: ${check}`,
  /** A check of which one of the runs knows nothing: it has ended before. */
  notReached: '(not reached)',
  outcome,
  same: (steps: number) => `${steps} other ${steps === 1 ? 'step comes' : 'steps come'} out the same.`,
};

function outcome(steps: string, { with: one, without: other }: Record<'with' | 'without', Summary>): string {
  return `Without ${steps} ${countBroken(other)}; with it ${countBroken(one)}.`;
}

function countBroken({ held, broken: { length: broken } }: Summary): string {
  if (broken === 0) return `all ${held} checks hold`;
  return `${broken} of ${held + broken} checks ${broken === 1 ? 'breaks' : 'break'}`;
}
