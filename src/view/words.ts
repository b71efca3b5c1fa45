import { renderResult } from '../kernel/render.js';
import type { Answered, Check, LabStarted, Observation, StepStarted, SyscallMade } from '../lab/events.js';
import type { CallRow, FoldedCalls, Summary } from './arrange/items.js';

/** `control groups: hybrid; as root; root filesystem: busybox`. */
export function describeMachine(lab: LabStarted): string {
  const user = lab.root ? 'as root' : 'without root, in a user namespace';
  const rootfs = lab.rootfs === undefined ? '' : `; root filesystem: ${lab.rootfs}`;
  return `control groups: ${lab.cgroup}; ${user}${rootfs}`;
}

/** Why nothing of a step is done; undefined where it is done. */
export function leftOut({ id, skipped, impossible }: StepStarted): string | undefined {
  if (impossible) return `not possible here: ${impossible}`;
  return skipped ? `left out on purpose (--skip ${id})` : undefined;
}

/** `on the host` or `in the container`: who looked. */
export function place(from: Observation['from']): string {
  return from === 'host' ? 'on the host' : 'in the container';
}

/** Whether the kernel refused it. */
export function hasFailed(call: SyscallMade): boolean {
  return call.errno !== undefined || (call.result ?? 0) < 0;
}

/** `= 0`, or `= -1 EPERM (operation not permitted)`; empty where the call did not return. */
export function resultOf({ result }: SyscallMade): string {
  return renderResult(result === undefined ? undefined : BigInt(result));
}

/** `27 calls as before: mount ×5, chdir; 36 for housekeeping`; `count` writes the numbers of each name. */
export function countFolded({ repeated, housekeeping }: FoldedCalls, count: (times: number) => string): string {
  if (repeated.length === 0) return countHousekeeping(housekeeping);
  const calls = repeated.flatMap(callsOf);
  const more = housekeeping.length > 0 ? `; ${housekeeping.length} for housekeeping` : '';
  return `${calls.length} calls as before: ${countNames(calls, count)}${more}`;
}

function countNames(calls: readonly SyscallMade[], count: (times: number) => string): string {
  const numbers = new Map<string, number>();
  for (const { name } of calls) numbers.set(name, (numbers.get(name) ?? 0) + 1);
  return [...numbers].map(([name, times]) => (times === 1 ? name : name + count(times))).join(', ');
}

function callsOf(row: CallRow): SyscallMade[] {
  const [open, ...close] = row.around ?? [];
  return open ? [open, row, ...close] : [row];
}

const TOPICS: readonly (readonly [names: RegExp, topic: string])[] = [
  [/^(rt_sig|prctl$|kill$)/, 'signals'],
  [/^(dup|fcntl$|read$|close|pipe)/, 'descriptors'],
  [/^(open|write|mkdir|unlink|chdir$|chroot$)/, 'files'],
];

/** `34 housekeeping calls (signals, descriptors)`. */
function countHousekeeping(calls: readonly SyscallMade[]): string {
  const topics = calls.map(({ name }) => TOPICS.find(([names]) => names.test(name))?.[1] ?? name);
  return `${calls.length} housekeeping ${calls.length === 1 ? 'call' : 'calls'} (${[...new Set(topics)].join(', ')})`;
}

/** What choice number 0 is called: `a`. */
export function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** Whether the guess was right, and what is; then why, in Markdown. */
export function judgeGuess({ predict, chosen }: Answered): [verdict: string, why: string] {
  const right = predict.choices.findIndex((choice) => choice.right);
  const answer = `**${letter(right)})** ${predict.choices[right]?.text}`;
  if (chosen === undefined) return [`The answer: ${answer}`, predict.why];
  return [
    chosen === right ? `You were right: ${answer}` : `You said ${letter(chosen)}), but it is ${answer}`,
    predict.why,
  ];
}

/** Whether nothing is lost by telling only what was found. */
export function saysItAll({ held, expected, actual }: Check): boolean {
  return held && expected === actual;
}

/** `held: all 11 checks`, `failed: 1 of 12 checks did not hold`. */
export function verdict({ status, held, broken }: Summary): string {
  const all = held + broken.length;
  const words = status === 'impossible' ? 'is not possible here' : status;
  if (all === 0) return words;
  if (broken.length > 0) return `${words}: ${broken.length} of ${countChecks(all)} did not hold`;
  return status === 'held' ? `${words}: all ${countChecks(all)}` : `${words}; until then ${countChecks(all)} held`;
}

function countChecks(count: number): string {
  return count === 1 ? '1 check' : `${count} checks`;
}

/** Empty where nothing was left out. */
export function skippedSentence({ skipped, broken }: Summary): string {
  if (!skipped?.length) return '';
  const without = skipped.length === 1 ? 'it' : 'them';
  const consequence =
    broken.length > 0 ? `because of ${without} these checks failed:` : `all checks held without ${without}.`;
  return `Skipped on purpose: ${skipped.join(', ')}; ${consequence}`;
}

/** The reason why a lab ended as it did, apart from what can be done about it: commands, one a line. */
export function splitWhy({ why = '' }: Summary): { why: string; remedies: string[] } {
  const [reason = '', ...remedy] = why.split(/\s*\bRemedy: /);
  return { why: reason, remedies: remedy.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '') };
}
