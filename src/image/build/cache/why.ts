import type { CacheEntry, Question } from './entry.js';

/** Why nothing is known of an instruction, by what is known of those like it, the latest first. A sentence without its end. */
export function whyMissed(question: Question, known: readonly CacheEntry[]): string {
  const like = known.filter(({ text }) => text === question.text);
  const here = like.filter(({ chain }) => chain === question.chain);
  const same = here.find(({ settings }) => settings === question.settings);
  if (same) return changedInputs(same.inputs, question.inputs) ?? 'its layer is gone from the store';
  if (here[0]) return `${changedSettings(here[0].settings, question.settings)} changed`;
  if (like[0]) return 'the layers below it changed';
  const before = known.find(({ chain, text }) => chain === question.chain && keyword(text) === keyword(question.text));
  return before ? `it was ${before.text}` : 'it was never built on these layers';
}

function changedInputs(before: Question['inputs'], now: Question['inputs']): string | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const changes = names.flatMap((name) => {
    const [old, own] = [before[name], now[name]];
    if (old === own) return [];
    return [`${name} ${old === undefined ? 'is new' : own === undefined ? 'is gone' : 'changed'}`];
  });
  const more = changes.length > 1 ? `, and ${changes.length - 1} more` : '';
  return changes[0] && changes[0] + more;
}

function changedSettings(before: string, now: string): string {
  const [old, own] = [before, now].map((json) => JSON.parse(json) as Record<string, unknown>);
  const names = Object.keys({ ...old, ...own });
  const changed = names.filter((name) => JSON.stringify(old?.[name]) !== JSON.stringify(own?.[name]));
  return changed.join(', ');
}

function keyword(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}
