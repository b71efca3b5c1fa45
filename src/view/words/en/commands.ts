/** What `tslab cleanup` says of what it did. */
const cleanup = {
  nothingLeft: 'No run that has ended has left anything.',
  left: 'Left behind by runs that have ended:',
  prepared: 'Made by tslab doctor --prepare:',
  removed: 'removed',
  stillThere: 'still there',
  /** A kind of thing as the ledger calls it: `directory`. */
  kind: (kind: string) => kind,
  before: 'before',
  now: 'now',
  counted: {
    mount: 'mounts of this machine',
    cgroup: 'control groups of tslab',
    link: 'network links',
    process: 'processes',
  },
  changes: 'What changed:',
  change: (what: string, name: string, kind: 'appeared' | 'vanished' | 'changed') => `${what} ${name} ${kind}`,
  preparedInUse: 'What was prepared is in use: end that, and call tslab cleanup again.',
  stuck: (stuck: number, all: number) => `${stuck} of ${all} could not be removed; the next start tries again.`,
  inUse: 'What is there now is in use by a tslab that is running, or by a container.',
  clean: 'Nothing of tslab is left.',
};

/** What `tslab doctor --prepare` says of what it did. */
const prepare = {
  lacking: (what: string) => `Cannot be given here: ${what}`,
  done: 'tslab cleanup takes it back. tslab doctor says what can run now.',
  nothing: 'There is nothing to prepare here. tslab doctor says what can run.',
};

/** What commands of tslab's own print, but for lists, lessons, runs and what the doctor found. */
export const commands = {
  cleanup,
  prepare,
  /** Behind a lab's options in its help. */
  steps: 'Steps:',
  skippable: 'Steps that --skip can leave out:',
  unskippable: 'The others, and why not:',
  none: 'none',
  /** What a lab is about, in its help. */
  lab: (title: string, summary: string) => `${title}: ${summary}.`,
  site: (files: number, kibibytes: number, directory: string) =>
    `${files} files, ${kibibytes} KiB, are in ${directory}: any web server can serve them as they are.`,
  serving: (url: string, published: boolean) =>
    `The lessons are at\n\n  ${url}\n\nOpen this address in a browser${published ? `. ${WARNING}` : ' on this machine.'} Ctrl-C ends the server, and the labs that it runs.`,
};

const WARNING = 'The connection is not encrypted: whoever can read it can run labs here.';
