/** Every word of a page that is not the lesson's own. */
export const page = {
  name: 'English',
  site: 'Linux containers, out of real system calls',
  about: 'A container is a list of system calls. Each lesson makes some of them and looks at what the kernel says.',
  lessons: 'Lessons',
  allLessons: 'All lessons',
  skipToText: 'Skip to the text',
  languages: 'Languages',
  notTranslated: 'This lesson is not translated yet.',
  theme: 'Light or dark',
  lessonNavigation: 'Other lessons',
  previous: 'Previous',
  next: 'Next',
  inDocker: 'With Docker',
  inOci: 'In config.json (OCI)',
  linkTo: (title: string) => `Link to “${title}”`,
  step: 'Step',
  commit: 'That is my answer',
  answer: 'The answer',
  transcript: (step: string, skip?: string) =>
    `A recorded run, step ${step}${skip === undefined ? '' : `, with --skip ${skip}`}`,
  recordedRun: 'What a run told here',
  run: 'Run',
  runLab: 'Run this lab',
  runHere: 'Run to here',
  stop: 'Stop',
  skip: 'Leave out the calls of',
  options: 'Options',
  held: 'held',
  failed: 'failed',
  progress: { read: 'read', held: 'all checks held', failed: 'checks failed' },
  change: 'change',
  mark: { added: 'added', removed: 'removed', changed: 'changed', same: '', folded: '' },
  changedBy: 'changed by',
  newCall: 'new',
  isNew: 'new, compared with the steps before',
  time: 'time',
  sample: 'sample',
  unit: { cpu: 'share of one CPU', bytes: 'memory', s: 'time' } as Record<string, string | undefined>,
  expected: 'expected',
  got: 'got',
};

/** What the server of pages says to a reader whom it turns away, and why. */
export const server = {
  title: 'This request is refused',
  missing: 'There is no such page',
  host: (port: number, names: readonly string[]) =>
    `This server answers to ${names.map((name) => `${name}:${port}`).join(' and to ')}, and to no other name or port. Behind ssh -L or docker run -p, take port ${port} at both ends; --host gives it another name.`,
  origin: () => 'Only the pages of this server may ask for that.',
  token: () =>
    'This server runs labs as the user who started it, and this address does not have its token. Open the whole address that tslab serve has printed in its terminal.',
};
