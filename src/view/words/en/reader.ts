/** What readers and pages add to a lesson. Commands are shown as code. */
export const reader = {
  contents: 'Contents',
  predict: 'What do you expect?',
  answer: 'Answer',
  note: 'Note',
  warning: 'Warning',
  diagram: 'Diagram',
  table: 'Table',
  code: 'Code',
  endOfCode: 'End of code.',
  section: 'Section',
  notTranslated: 'Not translated yet: this is the English text.',
  minutes: (count: number) => `${count} ${count === 1 ? 'minute' : 'minutes'}`,
  hint: (stage: number) => `Hint ${stage}`,
  answerWithheld: (command: string) => `The answer comes with \`${command}\`.`,
  /** In a pager: Space shows its next page. */
  answerOverleaf: 'Decide first: the answer is on the next page.',
  foundIn: (sections: number, lessons: number) =>
    `${sections} ${sections === 1 ? 'section' : 'sections'} of ${lessons} ${lessons === 1 ? 'lesson' : 'lessons'}. Read one: \`tslab read 04 --section union\`.`,
  notFound: (words: string) => `no lesson says "${words}"`,
  hintsWithheld: (count: number, command: string) =>
    `${count === 1 ? 'One hint' : `${count} hints`}, the next with \`${command}\`.`,
  oneSection: (command: string) => `\`${command}\` shows one of them.`,
  tooWide: (needed: number, columns: number) => `(${needed} columns wide; this terminal has ${columns}.)`,
  notDrawn: 'Drawn in characters, which cannot be read aloud; without --plain it is shown.',
  recorded: (command: string, step: string) => `Recorded run of ${command}, step ${step}`,
  nextSection: (command: string) => `Next: \`${command}\``,
  notRecorded: (command: string) => `There is no recording of this yet. \`${command}\` shows it.`,
};

/** On a sheet of paper with questions. */
export const handout = { name: 'Name', date: 'Date', because: 'Because' };

/** What the lists of lessons and labs say, and what was done of them. */
export const lessons = {
  read: 'read',
  /** All checks of the lab held. */
  held: 'held',
  predicted: (right: number, asked: number) => `${right} of ${asked} predicted`,
  notRead: 'not read',
  notHeld: 'not held',
  minutes: (count: number) => `${count} min`,
  /** A lesson read aloud. */
  entry: ({ id, title, summary, minutes, done }: Entry) => `${id}: ${title}. ${summary}. ${minutes} minutes. ${done}.`,
  count: (read: number, lessons: number, minutes: number) => `${read} of ${lessons} read; ${minutes} minutes in all.`,
  hint: 'Read one: `tslab read 03`, `tslab read intro`. One section: `tslab read 03 --section cpu-quota`.',
  /** Behind a title, what was done. */
  aside: (done: string) => ` (${done})`,
  progress: (read: number, lessons: number, held: number, labs: number) =>
    `${read} of ${lessons} lessons read, ${held} of ${labs} labs held.`,
  forgotten: 'What was read and held is forgotten.',
  runOne: 'Run one: `tslab 03-cgroups`, or `tslab 3` for short. `tslab doctor` tells what this machine can do.',
  whichLab: 'Which lab?',
  whatToDo: (id: string) => `${id}:`,
  continueAt: (title: string) => `go on where you were, at "${title}"`,
  leftAt: (section: string) => `left at ${section}`,
  wasAt: (title: string) => `You were at "${title}".`,
  beginKeys: 'Space: go on there   b: from the beginning   q: quit',
  readOn: (title: string) => `read on where you were, at "${title}"`,
  runLab: 'run the lab',
  readLesson: 'read the lesson',
  doExercise: (title: string) => `Do it: ${title}`,
  showLab: 'show it on the whole screen',
  goBack: 'back',
  leave: 'quit',
};

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly done: string;
}
