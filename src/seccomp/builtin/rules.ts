import { release } from 'node:os';
import { once } from '../../kernel/once.js';
import type { Seccomp } from '../../oci/seccomp.js';
import { thisMachine } from '../abi.js';
import { type Place, rulesFor } from '../situation.js';
import { DEFAULT_PROFILE } from './profile.js';
import { GRANTED, isDefaultPlace } from './program.js';

/** This machine and its kernel, for a container with these capabilities in its bounding set. */
export function placeHere(capabilities: readonly string[]): Place {
  return { capabilities, architecture: thisMachine(), kernel: release() };
}

/** The rules of the builtin profile for a container here. Those of a usual one are the same object each time. */
export function builtinRules(capabilities: readonly string[]): Seccomp {
  const place = placeHere(capabilities);
  return isDefaultPlace(place) ? usualRules() : rulesFor(DEFAULT_PROFILE, place);
}

const usualRules = once<void, Seccomp>(() => rulesFor(DEFAULT_PROFILE, placeHere(GRANTED)));

/** Whether rules are those of a usual container: what they compile to is known. */
export function isUsual(rules: Seccomp): boolean {
  const usual = usualRules();
  return rules === usual || textOf(rules) === textOf(usual);
}

/** Rules as a text, which is the same for the same rules, in whatever order a file has their fields. */
export function textOf(rules: Seccomp): string {
  return JSON.stringify(rules, (_, value) => {
    if (typeof value === 'bigint') return `${value}`;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
