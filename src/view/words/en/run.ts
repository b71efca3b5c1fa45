import type { LabStarted, StepStarted, Taught } from '../../../lab/events.js';
import type { Summary } from '../../run/items.js';

/** What only the plain view says: it has words where others have symbols. */
const plain = {
  semicolon: '; ',
  lab: (id: string, title: string) => `Lab ${id}: ${title}.`,
  machine: (machine: string) => `This machine: ${machine}.`,
  step: ({ number, title, id }: StepStarted & { number: number }) => `Step ${number}: ${title} (${id}).`,
  now: 'it says',
  bothTimes: 'before and after',
  changedBy: 'changed by',
  labelled: (label: string, text: string) => `${label}: ${text}`,
  linesMore: (count: number) => `${count} more lines`,
  times: (count: number) => ` ${count} times`,
  call,
  folded: (by: string, count: string) => `by ${by}: ${count}.`,
  command: 'command',
  output: { stdout: 'output', stderr: 'error output' },
  measured: (name: string, value: string) => `measured ${name}: ${value}`,
  samples: (count: number, range: string) => `${count} samples, from ${range}`,
  check: { held: 'check held', failed: 'check failed' },
  inStep: (step: string, check: string) => `in step ${step}, ${check}`,
  end: (id: string, verdict: string) => `Lab ${id} ${verdict}.`,
  remedy: 'remedy',
};

/** What the views and the prompts say of a run. The rest is the lab's: what was expected and found, commands, paths, calls. */
export const run = {
  /** What a lab calls a check, a figure or a sight: English in its events, here in this language. */
  named: (english: string) => english,
  /** The same for what is told of trouble, by labs, the doctor and commands, and for what to do about it. */
  said: (english: string) => english,
  colon: ': ',
  comma: ', ',
  /** Begins as a sentence does, and ends as one. */
  sentence: (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`,
  machine,
  impossible: (why: string) => `not possible here: ${why}`,
  skipped: (step: string) => `left out on purpose (--skip ${step})`,
  from: { host: 'on the host', container: 'in the container' },
  before: 'before',
  after: 'after',
  asBefore: 'as before',
  same: 'the same before and after',
  missing: '(does not exist)',
  empty: '(empty)',
  linesMore: (count: number) => `${count} more lines`,
  linesSame: (count: number) => `${count} lines the same`,
  repeated,
  taught: (calls: number, { lab, by }: Taught) => `${calls} calls as in lab ${lab.slice(0, 2)}: ${by}`,
  housekeeping: (calls: number, topics: string) =>
    `${calls} housekeeping ${calls === 1 ? 'call' : 'calls'} (${topics})`,
  topics: { signals: 'signals', descriptors: 'descriptors', files: 'files', seal: 'seal' },
  noReturn: 'does not return',
  existsAlready: 'exists already',
  range: (least: string, most: string) => `${least} to ${most}`,
  expected: (value: string) => `expected ${value}, `,
  got: (value: string) => `got ${value}`,
  /** `answer` has the letter of the right choice and its text, in Markdown. */
  guess: {
    answer: (answer: string) => `The answer: ${answer}`,
    right: (answer: string) => `You were right: ${answer}`,
    wrong: (letter: string, answer: string) => `You said ${letter}), but it is ${answer}`,
  },
  verdict,
  consequence,
  /** Behind a place: how what stands there was looked at. */
  note: (text: string) => `, ${text}`,
  /** Explains the marks of rows below each other. */
  marks: ' (- before, + after)',
  legendNew: 'new, compared with what the lab did before',
  /** A demo that somebody has left. */
  leftAt: (lab: string, step: number, steps: number) => `${lab}: left at step ${step} of ${steps}`,
  /** How many calls a step made, and those that were new or refused. */
  calls: (all: number, novel: number, names: string) => {
    const count = `${all} ${all === 1 ? 'call' : 'calls'}`;
    return novel === 0 ? `${count}, none of them new` : `${count}, ${novel} new: ${names}`;
  },
  /** What is said at the end of a lab, in Markdown: how it went, and what is offered, each with its command. */
  course: {
    predicted: (asked: number, missed: readonly string[]) =>
      `You predicted **${asked - missed.length} of ${asked}** rightly${missed.length > 0 ? `; you missed ${missed.join(', ')}` : ''}.`,
    again: (command: string) => `Without leaving anything out: \`${command}\``,
    breakIt: (command: string) => `Break it: \`${command}\``,
    read: (command: string) => `Read: \`${command}\``,
    nextLab: (command: string) => `Next: \`${command}\``,
  },
  plain,
  prompt: {
    question: (question: string) => `Question: ${question}`,
    choose: (letters: string) => `Your choice: ${letters}, or Space`,
    more: (lines: number) => `Space: ${lines} more ${lines === 1 ? 'line' : 'lines'}`,
    goOn: 'Space: go on',
    trace: 't: calls',
    screen: 'd: screen',
    keys: '?: keys',
    quit: 'q: end',
    /** The same, in a sentence. */
    plainKeys: (keys: string) => `${keys}, q to end.`,
    /** All keys, and what they do. */
    help: [
      ['Space, Enter', 'go on: the rest of a long step, the next step'],
      ['a, b, c …', 'what you expect; then the kernel answers'],
      ['t', 'all calls of this step, with what the kernel returned'],
      ['s', 'a shell in the container of this step, while it lives; exit comes back'],
      ['h', 'what to type in another terminal to look at its processes'],
      ['d', 'this run on the whole screen, a page at a time, with ways back; d or q returns here'],
      ['q', 'end the lab here; the host is left as it was'],
    ] as readonly (readonly [keys: string, meaning: string])[],
    /** Processes of a step are about to end: what to type where. */
    held: 'These processes live until you go on. In another terminal:',
    /** Those of the step have ended, and there is another like its last. */
    heldAgain:
      'The program of this step has ended. Its container, made again by the same calls, lives until you go on. In another terminal:',
    /** All processes of a step have ended before anybody could look. */
    nothingHeld: (step: string) =>
      `Nothing of this step is alive. Look at its calls instead, and at what they returned: \`--from ${step}\`, then \`t\`.`,
    shell: 's: a shell',
    commands: 'h: look',
    /** Where the shell is that opens now: in the container of this process, or on the host. */
    shellIn: (pid: number | undefined) =>
      pid === undefined
        ? 'A shell on the host: nothing is held that has one. `exit` comes back.'
        : `A shell where process ${pid} is. \`exit\` comes back.`,
  },
};

function machine({ cgroup, root, rootfs }: LabStarted): string {
  const user = root ? 'as root' : 'without root, in a user namespace';
  return `control groups: ${cgroup}; ${user}${rootfs === undefined ? '' : `; root filesystem: ${rootfs}`}`;
}

function repeated(calls: number, names: string, housekeeping: number): string {
  return `${calls} calls as before: ${names}${housekeeping > 0 ? `; ${housekeeping} for housekeeping` : ''}`;
}

function verdict({ status, held, broken }: Summary): string {
  const all = held + broken.length;
  const words = status === 'impossible' ? 'is not possible here' : status;
  if (all === 0) return words;
  if (broken.length > 0) return `${words}: ${broken.length} of ${countChecks(all)} did not hold`;
  return status === 'held' ? `${words}: all ${countChecks(all)}` : `${words}; until then ${countChecks(all)} held`;
}

function countChecks(count: number): string {
  return count === 1 ? '1 check' : `${count} checks`;
}

function consequence(skipped: readonly string[], broken: number): string {
  const without = skipped.length === 1 ? 'it' : 'them';
  const result = broken > 0 ? `because of ${without} these checks failed:` : `all checks held without ${without}.`;
  return `Skipped on purpose: ${skipped.join(', ')}; ${result}`;
}

/** `result` is undefined where it did not return; `around` has the calls that opened its file and closed it. */
function call({ by, text, isNew, failed, result, around }: PlainCall): string {
  const returned = result === undefined ? 'does not return' : `${failed ? 'failed, ' : ''}result ${result}`;
  const more = around.length > 0 ? `; with ${around.join(' before and ')} after it` : '';
  return `${isNew ? 'new call' : 'call'} by ${by}: ${text}, ${returned}${more}`;
}

interface PlainCall {
  readonly by: string;
  readonly text: string;
  readonly isNew: boolean;
  readonly failed: boolean;
  readonly result: string | undefined;
  readonly around: readonly string[];
}
