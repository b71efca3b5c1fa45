import { howChanged } from '../copy/inputs.js';
import type { CacheEntry, Question } from './entry.js';

/** Why nothing is known of an instruction, by what is known of those like it, the latest first. A sentence without its end. */
export function whyMissed(question: Question, known: readonly CacheEntry[]): string {
  const like = known.filter(({ text }) => text === question.text);
  const here = like.filter(({ chain }) => chain === question.chain);
  const same = here.filter(({ settings }) => settings === question.settings);
  if (same.length > 0) return changedInputs(same, question.inputs);
  if (here[0]) return `${changedSettings(here[0].settings, question.settings)} changed`;
  if (like[0]) return 'it was built on other layers than these';
  const before = known.find(({ chain, text }) => chain === question.chain && isAlike(text, question.text));
  return before ? `it was ${excerpt(before.text, question.text)}` : 'it was never built on these layers';
}

/** As against the one that is most like it. */
function changedInputs(known: readonly CacheEntry[], now: Question['inputs']): string {
  const [changes = []] = known
    .map(({ inputs }) => differences(inputs, now))
    .sort((one, other) => one.length - other.length);
  const more = changes.length > 2 ? `, and ${changes.length - 2} more` : '';
  return changes.slice(0, 2).join(', ') + more || 'its layer is gone from the store';
}

function differences(before: Question['inputs'], now: Question['inputs']): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    const [old, own] = [before[name], now[name]];
    if (old === own) return [];
    return [
      `${name} ${old === undefined ? 'is new' : own === undefined ? 'is gone' : isFile(name) ? howChanged(old, own) : 'changed'}`,
    ];
  });
}

/** Not an ARG or an option of RUN. */
function isFile(name: string): boolean {
  return !/^(ARG |--|network$)/.test(name);
}

function changedSettings(before: string, now: string): string {
  const [old, own] = [before, now].map((json) => JSON.parse(json) as Record<string, unknown>);
  const names = Object.keys({ ...old, ...own });
  const changed = names.filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(own?.[name]));
  return changed.join(', ');
}

/** Whether one instruction may have been made of the other: half of it is the same. Builds of other Dockerfiles are in the cache as well. */
function isAlike(before: string, now: string): boolean {
  const [keyword] = now.split(' ', 1);
  const start = sameStart(before, now);
  const end = sameStart([...before.slice(start)].reverse().join(''), [...now.slice(start)].reverse().join(''));
  return before.startsWith(`${keyword} `) && 2 * (start + end) >= Math.max(before.length, now.length);
}

function sameStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  for (let at = 0; at < most; at++) if (one[at] !== other[at]) return at;
  return most;
}

/** Characters of an instruction that are shown before the first that is another, and in all: the line has room in 80 columns. */
const BEFORE = 16;
const MOST = 45;

/** One line of an instruction: where it differs. */
function excerpt(before: string, now: string): string {
  const [text, other] = [before, now].map((one) => one.replace(/\s+/g, ' ').trim()) as [string, string];
  const at = text.length > MOST ? Math.max(0, sameStart(text, other) - BEFORE) : 0;
  const shown = text.slice(at, at + MOST);
  return `${at > 0 ? '…' : ''}${shown}${at + MOST < text.length ? '…' : ''}`;
}
