import { UserError } from '../../kernel/errors/user-error.js';
import { invalid } from '../options/refuse.js';

/** A condition for the things in a list. */
export type Test<T> = (one: T) => boolean;

/** The keys of `--filter KEY=VALUE` for one kind of things: each makes a condition of its values. Docker's keys and rules (moby, daemon/list.go). */
export type FilterTable<T> = Readonly<Record<string, (values: readonly string[]) => Test<T>>>;

/** Adds a `--filter`, as commander reads it: `KEY=VALUE` behind those before. Throws UserError (2). */
export function collectFilter(word: string, before: readonly string[]): string[] {
  if (word !== '' && !word.includes('=')) {
    throw invalid('-f, --filter', word, 'bad format of filter (expected name=value), such as name=web');
  }
  return word === '' ? [...before] : [...before, word];
}

/** All keys must hold; of several values of one key that key's rule says. Throws UserError (2) for a key or value that is unknown. */
export function parseFilters<T>(words: readonly string[], table: FilterTable<T>): Test<T> {
  const tests = [...valuesByKey(words)].map(([key, values]) => {
    if (!Object.hasOwn(table, key)) throw unknownKey(key, values, Object.keys(table));
    return (table[key] as FilterTable<T>[string])(values);
  });
  return (one) => tests.every((test) => test(one));
}

/** Keys in lower case and without blanks, as Docker's own command reads them (docker/cli, opts.FilterOpt). */
export function valuesByKey(words: readonly string[]): Map<string, string[]> {
  const byKey = new Map<string, string[]>();
  for (const word of words) {
    const [name = '', value = ''] = word.split(/=(.*)/s);
    const key = name.trim().toLowerCase();
    byKey.set(key, [...(byKey.get(key) ?? []), value.trim()]);
  }
  return byKey;
}

/** Several values are alternatives: the rule of almost every key. */
export function anyOf<T>(parse: (value: string) => Test<T>): (values: readonly string[]) => Test<T> {
  return (values) => {
    const tests = values.map(parse);
    return (one) => tests.some((test) => test(one));
  };
}

/** `label=KEY` or `label=KEY=VALUE`, all of which must be there. */
export function byLabels<T>(labelsOf: (one: T) => Readonly<Record<string, string>>) {
  return (values: readonly string[]): Test<T> => {
    const wanted = values.map((value) => value.split(/=(.*)/s));
    return (one) => {
      const labels = labelsOf(one);
      return wanted.every(([key = '', value]) => Object.hasOwn(labels, key) && (value ?? labels[key]) === labels[key]);
    };
  };
}

/** Two values that say the opposite are refused, as Docker does. */
export function truth(key: string, values: readonly string[]): boolean {
  const truths = values.map((value) => TRUTHS[value]);
  const [first] = truths;
  if (first !== undefined && truths.every((one) => one === first)) return first;
  throw invalidValue(key, values.join(','), 'true or 1, false or 0');
}

const TRUTHS: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

/** A value that a key does not take. */
export function invalidValue(key: string, value: string, allowed: string): UserError {
  return new UserError(`invalid filter '${key}=${value}'`, 2, `Allowed: ${allowed}.`);
}

function unknownKey(key: string, [value = '']: readonly string[], known: readonly string[]): UserError {
  const message = `invalid filter '${key}' in "--filter ${key}=${value}"`;
  return new UserError(message, 2, `Known: ${known.map((name) => `${name}=…`).join(', ')}`);
}
