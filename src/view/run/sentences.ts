import { renderResult } from '../../kernel/render.js';
import type { Check, LabStarted, StepStarted, SyscallMade } from '../../lab/events.js';
import type { Words } from '../words/index.js';
import type { CallRow, FoldedCalls, Summary } from './items.js';

/** `ROOTFS = /var/lib/tslab/rootfs/…/root`: what the names of directories stand for. */
export function legendOf({ directories = {} }: LabStarted): string[] {
  return Object.entries(directories).map(([name, path]) => `${name} = ${path}`);
}

/** Why nothing of a step is done; undefined where it is done. */
export function leftOut({ id, skipped, impossible }: StepStarted, words: Words): string | undefined {
  if (impossible) return words.impossible(words.said(impossible));
  return skipped ? words.skipped(id) : undefined;
}

/** Whether the kernel refused it, and its list did not count on that. */
export function hasFailed(call: SyscallMade): boolean {
  return !call.expected && (call.errno !== undefined || (call.result ?? 0) < 0);
}

/** `= 0`, or `= -1 EPERM (operation not permitted)`; empty where the call did not return. */
export function resultOf({ result }: SyscallMade): string {
  return renderResult(result === undefined ? undefined : BigInt(result));
}

/** Whether what it was to make is there already, as its list allows. */
export function wasThere({ expected, errno }: SyscallMade): boolean {
  return expected === true && errno === 'EEXIST';
}

/** `27 calls as before: mount ×5, chdir; 36 for housekeeping`; `times` writes the numbers of each name. */
export function countFolded(
  { repeated, housekeeping }: FoldedCalls,
  words: Words,
  times: (count: number) => string,
): string {
  if (repeated.length === 0) return words.housekeeping(housekeeping.length, topicsOf(housekeeping, words));
  const calls = repeated.flatMap(callsOf);
  const [{ taught } = {}] = repeated;
  if (taught && repeated.every((row) => row.taught?.by === taught.by)) return words.taught(calls.length, taught);
  const names = countNames(
    repeated
      .filter((row) => !row.taught)
      .flatMap(callsOf)
      .map(({ name }) => name),
    times,
  );
  const functions = repeated.flatMap((row) => row.taught?.by ?? []);
  return words.repeated(
    calls.length,
    inShort([...new Set([...functions, ...names])]).join(words.comma),
    housekeeping.length,
  );
}

const MOST_NAMES = 5;

/** So many that they stay on one line. */
function inShort(names: readonly string[]): readonly string[] {
  return names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES - 1), '…'];
}

/** `mount ×5, chdir`, one each; `times` writes the numbers. */
export function countNames(names: readonly string[], times: (count: number) => string): string[] {
  const numbers = new Map<string, number>();
  for (const name of names) numbers.set(name, (numbers.get(name) ?? 0) + 1);
  return [...numbers].map(([name, count]) => (count === 1 ? name : name + times(count)));
}

function callsOf(row: CallRow): SyscallMade[] {
  const [open, ...close] = row.around ?? [];
  return open ? [open, row, ...close] : [row];
}

const TOPICS: readonly (readonly [names: RegExp, topic: keyof Words['topics']])[] = [
  [/^(rt_sig|prctl$|kill$)/, 'signals'],
  [/^(dup|fcntl$|read$|close|pipe)/, 'descriptors'],
  [/^(memfd_create|execveat)$/, 'seal'],
  [/^(open|write|mkdir|unlink|chdir$|chroot$)/, 'files'],
];

/** `signals, descriptors`: what the calls are about. */
function topicsOf(calls: readonly SyscallMade[], words: Words): string {
  const topics = calls.map(({ name }) => {
    const topic = TOPICS.find(([names]) => names.test(name))?.[1];
    return topic ? words.topics[topic] : name;
  });
  return [...new Set(topics)].join(words.comma);
}

/** What choice number 0 is called: `a`. */
export function letter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/** The name of a check with its step, which is no longer in sight. */
export function nameWithStep({ step, name }: Check, { named, colon }: Pick<Words, 'named' | 'colon'>): string {
  return step + colon + named(name);
}

/** Empty where nothing was left out. */
export function skippedSentence({ skipped, broken }: Summary, words: Words): string {
  return skipped?.length ? words.consequence(skipped, broken.length) : '';
}

/** The reason why a lab ended as it did, apart from what can be done about it: commands, one a line. */
export function splitWhy({ why = '' }: Summary, { said }: Pick<Words, 'said'>): { why: string; remedies: string[] } {
  const [reason = '', ...remedy] = why.split(/\s*\bRemedy: /);
  return {
    why: said(reason),
    remedies: remedy.flatMap((text) => said(text).split('\n')).filter((line) => line.trim() !== ''),
  };
}
