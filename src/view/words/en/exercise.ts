/** What `tslab exercise` says, but for the texts of the exercises themselves. */
export const exercise = {
  forms: { list: 'a list of calls', shell: 'a shell' },
  heading: 'Exercises: you do it, and the kernel says whether it is done.',
  /** Above a list of them in a lesson. */
  doThem: '**Do it:** here you act, and the kernel says whether it is done.',
  begin: '`tslab exercise ID` starts one, or continues it.',
  solved: 'solved',
  tries: (tries: number) => (tries === 1 ? '1 try' : `${tries} tries`),
  hints: (hints: number) => (hints === 1 ? '1 hint' : `${hints} hints`),
  sum: (solved: number, all: number) => `${solved} of ${all} exercises solved.`,
  /** The fact that each exercise in the form of a list has. */
  calls: {
    held: 'The kernel has made all calls of the list',
    broken: 'The list does not run to its end.',
  },
  factsHold: (count: number) => (count === 1 ? 'One fact holds' : `${count} facts hold`),
  factsToCome: (count: number) => (count === 1 ? 'one more fact' : `${count} more facts`),
  file: (path: string) => `Your file: ${path}. It is run each time you save it.`,
  before: (count: number) => `${count} calls before`,
  hint: (number: number, of: number) => `Hint ${number} of ${of}`,
  noMoreHints: 'There are no more hints.',
  keys: { hint: 'h: a hint', quit: 'q: leave' },
  solvedNow: 'Solved. What the kernel says is what was asked for.',
  next: (id: string) => `Next: tslab exercise ${id}`,
  all: 'That was the last one.',
  goOn: (id: string) => `tslab exercise ${id} continues it.`,
  /** In the last row, beside a shell. */
  status: (held: number, all: number) => `${held} of ${all}`,
  statusSolved: 'solved: exit continues',
  shell: 'Your shell: exit or Ctrl-D ends it. The last row says what the kernel says.',
  hintElsewhere: (id: string) => `A hint: tslab exercise ${id} --hint, in another terminal.`,
  anew: (path: string, kept: string) => `${path} is as it was at first; what you had is in ${kept}.`,
  /** The page of one, which follows what is done at a terminal. */
  page: {
    lesson: (id: string) => `Lesson ${id}`,
    facts: 'What the kernel says',
    notBegun: 'It has not been started here: type the command in a terminal.',
    live: 'As it is now.',
    left: 'The last state; nobody is working on it now.',
    open: 'not checked yet',
  },
  forgotten: (id: string) => `${id} is as it was at first.`,
};
