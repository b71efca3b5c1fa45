import type { Exercise, Form } from '../src/exercise/definition.js';

/** One exercise as lists and the command line know it, without loading it. Its title is in its text. */
export interface ExerciseEntry {
  readonly id: string;
  readonly form: Form;
  load(): Promise<Exercise>;
}

/** All exercises, in the order of the labs. A test compares it with exercises/. */
export const EXERCISES: readonly ExerciseEntry[] = [
  { id: '01-be-one', form: 'shell', load: async () => (await import('./01-be-one/exercise.js')).beOne },
  {
    id: '01-bury-the-dead',
    form: 'list',
    load: async () => (await import('./01-bury-the-dead/exercise.js')).buryTheDead,
  },
  {
    id: '01-end-it-from-outside',
    form: 'shell',
    load: async () => (await import('./01-end-it-from-outside/exercise.js')).endItFromOutside,
  },
  { id: '02-let-go', form: 'list', load: async () => (await import('./02-let-go/exercise.js')).letGo },
  {
    id: '02-nine-reasons',
    form: 'list',
    load: async () => (await import('./02-nine-reasons/exercise.js')).nineReasons,
  },
  {
    id: '02-hole-in-the-mask',
    form: 'shell',
    load: async () => (await import('./02-hole-in-the-mask/exercise.js')).holeInTheMask,
  },
  {
    id: '03-in-before-it-matters',
    form: 'list',
    load: async () => (await import('./03-in-before-it-matters/exercise.js')).inBeforeItMatters,
  },
  {
    id: '03-two-thirds',
    form: 'shell',
    load: async () => (await import('./03-two-thirds/exercise.js')).twoThirds,
  },
  {
    id: '03-who-ate-it',
    form: 'shell',
    load: async () => (await import('./03-who-ate-it/exercise.js')).whoAteIt,
  },
  {
    id: '04-secret-in-the-layer',
    form: 'shell',
    load: async () => (await import('./04-secret-in-the-layer/exercise.js')).secretInTheLayer,
  },
  {
    id: '04-rename-without-copying',
    form: 'list',
    load: async () => (await import('./04-rename-without-copying/exercise.js')).renameWithoutCopying,
  },
  {
    id: '04-two-from-one',
    form: 'list',
    load: async () => (await import('./04-two-from-one/exercise.js')).twoFromOne,
  },
  {
    id: '05-pay-for-your-visit',
    form: 'list',
    load: async () => (await import('./05-pay-for-your-visit/exercise.js')).payForYourVisit,
  },
  { id: '05-get-in', form: 'shell', load: async () => (await import('./05-get-in/exercise.js')).getIn },
  {
    id: '05-shut-the-door',
    form: 'list',
    load: async () => (await import('./05-shut-the-door/exercise.js')).shutTheDoor,
  },
  {
    id: '06-read-only-all-of-it',
    form: 'list',
    load: async () => (await import('./06-read-only-all-of-it/exercise.js')).readOnlyAllOfIt,
  },
  {
    id: '06-tomorrows-disk',
    form: 'shell',
    load: async () => (await import('./06-tomorrows-disk/exercise.js')).tomorrowsDisk,
  },
  {
    id: '06-symlink-trap',
    form: 'list',
    load: async () => (await import('./06-symlink-trap/exercise.js')).symlinkTrap,
  },
  { id: '12-build-it', form: 'list', load: async () => (await import('./12-build-it/exercise.js')).buildIt },
  { id: '12-wide-open', form: 'shell', load: async () => (await import('./12-wide-open/exercise.js')).wideOpen },
  {
    id: '12-without-tslab',
    form: 'shell',
    load: async () => (await import('./12-without-tslab/exercise.js')).withoutTslab,
  },
];

/** The exercises of a lab, by the number that its id begins with. */
export function exercisesOf(lab: string): string[] {
  return EXERCISES.map(({ id }) => id).filter((id) => id.slice(0, 3) === lab.slice(0, 3));
}
