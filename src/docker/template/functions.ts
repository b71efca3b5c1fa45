import { COLLECTION_FUNCTIONS } from './collections.js';
import { COMPARISONS } from './comparisons.js';
import { DOCKER_FUNCTIONS } from './docker-functions.js';
import { print, println } from './print.js';
import { printf } from './printf.js';
import type { Functions } from './signature.js';
import { isTrue, Text } from './values.js';

/** Go's, but for those that write code for browsers and that call functions; `and` and `or` are {@link SHORT_CIRCUITS}. */
const OWN_FUNCTIONS: Functions = {
  not: { takes: ['any'], call: (value: unknown) => !isTrue(value) },
  print: { takes: [], rest: 'any', call: (...values: unknown[]) => new Text(print(values)) },
  println: { takes: [], rest: 'any', call: (...values: unknown[]) => new Text(println(values)) },
  printf: {
    takes: ['string'],
    rest: 'any',
    call: (format: string | Text, ...values: unknown[]) => new Text(printf(format, values)),
  },
};

export const FUNCTIONS: Functions = {
  ...OWN_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...COMPARISONS,
  ...DOCKER_FUNCTIONS,
};

/** They end at the first argument whose truth is this, and do not look at the others. */
export const SHORT_CIRCUITS: Readonly<Record<string, boolean>> = { and: false, or: true };

export function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name) || Object.hasOwn(SHORT_CIRCUITS, name);
}
