import type { LabStarted } from '../../lab/events.js';
import type { Summary } from '../run/items.js';
import type { PlainCall, PlainWords, Words } from './words.js';

const PLAIN: PlainWords = {
  semicolon: '; ',
  lab: (id, title) => `Lab ${id}: ${title}.`,
  machine: (machine) => `This machine: ${machine}.`,
  step: ({ number, title, id }) => `Step ${number}: ${title} (${id}).`,
  now: 'it says',
  bothTimes: 'before and after',
  changedBy: 'changed by',
  labelled: (label, text) => `${label}: ${text}`,
  linesMore: (count) => `${count} more lines`,
  times: (count) => ` ${count} times`,
  call,
  folded: (by, count) => `by ${by}: ${count}.`,
  command: 'command',
  output: { stdout: 'output', stderr: 'error output' },
  measured: (name, value) => `measured ${name}: ${value}`,
  samples: (count, range) => `${count} samples, from ${range}`,
  check: { held: 'check held', failed: 'check failed' },
  inStep: (step, check) => `in step ${step}, ${check}`,
  end: (id, verdict) => `Lab ${id} ${verdict}.`,
  remedy: 'remedy',
};

export const ENGLISH: Words = {
  named: (english) => english,
  colon: ': ',
  comma: ', ',
  sentence: (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`,
  machine,
  impossible: (why) => `not possible here: ${why}`,
  skipped: (step) => `left out on purpose (--skip ${step})`,
  from: { host: 'on the host', container: 'in the container' },
  before: 'before',
  after: 'after',
  same: 'the same before and after',
  missing: '(does not exist)',
  empty: '(empty)',
  linesMore: (count) => `${count} lines more`,
  linesSame: (count) => `${count} lines the same`,
  repeated,
  housekeeping: (calls, topics) => `${calls} housekeeping ${calls === 1 ? 'call' : 'calls'} (${topics})`,
  topics: { signals: 'signals', descriptors: 'descriptors', files: 'files', seal: 'seal' },
  noReturn: 'does not return',
  range: (least, most) => `${least} to ${most}`,
  expected: (value) => `expected ${value}, `,
  got: (value) => `got ${value}`,
  guess: {
    answer: (answer) => `The answer: ${answer}`,
    right: (answer) => `You were right: ${answer}`,
    wrong: (letter, answer) => `You said ${letter}), but it is ${answer}`,
  },
  verdict,
  consequence,
  note: (text) => `, ${text}`,
  marks: ' (- before, + after)',
  legendNew: 'new, compared with what the lab did before',
  leftAt: (lab, step, steps) => `${lab}: left at step ${step} of ${steps}`,
  plain: PLAIN,
  prompt: {
    question: (question) => `Question: ${question}`,
    choose: (letters) => `Make up your mind: ${letters}, or Enter`,
    goOn: 'Enter: go on',
    quit: 'q: quit',
    plainKeys: (keys) => `${keys}, q to quit.`,
    held: 'These processes live until you go on. In another terminal:',
    nothingHeld: (step) => `Nothing of this step is alive: the processes of ${step} have ended by themselves.`,
    shell: 's: a shell',
    shellIn: (pid) =>
      pid === undefined
        ? 'A shell on the host: nothing that is held has one. `exit` comes back.'
        : `A shell where process ${pid} is. \`exit\` comes back.`,
  },
  lessons: {
    read: 'read',
    held: 'held',
    notRead: 'not read',
    notHeld: 'not held',
    minutes: (count) => `${count} min`,
    entry: ({ id, title, summary, minutes, done }) => `${id}: ${title}. ${summary}. ${minutes} minutes. ${done}.`,
    count: (read, lessons, minutes) => `${read} of ${lessons} read; ${minutes} minutes in all.`,
    hint: 'Read one: `tslab read 03`, `tslab read intro`. One section: `tslab read 03 --section cpu-quota`.',
    aside: (done) => ` (${done})`,
    progress: (read, lessons, held, labs) => `${read} of ${lessons} lessons read, ${held} of ${labs} labs held.`,
    forgotten: 'What was read and held is forgotten.',
    runOne: 'Run one: `tslab 03-cgroups`, or `tslab 3` for short. `tslab doctor` tells what this machine can do.',
    whichLab: 'Which lab?',
    leave: 'quit',
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

function call({ by, text, isNew, failed, result, around }: PlainCall): string {
  const returned = result === undefined ? 'does not return' : `${failed ? 'failed, ' : ''}result ${result}`;
  const more = around.length > 0 ? `; with ${around.join(' before and ')} after it` : '';
  return `${isNew ? 'new call' : 'call'} by ${by}: ${text}, ${returned}${more}`;
}
