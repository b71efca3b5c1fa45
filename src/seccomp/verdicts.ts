import type { Rule, Seccomp } from '../oci/seccomp.js';
import { type Abi, X32 } from './abi.js';
import { mayBeMade, RETURN_ENOSYS, returnValue } from './actions.js';
import { ARM_PRIVATE, numbersOf } from './numbers.js';

type Argument = NonNullable<Rule['args']>[number];

/** What one argument of a call has to be. */
export interface Condition {
  readonly index: number;
  readonly op: Argument['op'];
  readonly value: bigint;
  readonly valueTwo: bigint;
}

/** An answer, and what has to hold for it. */
export interface Case {
  readonly conditions: readonly Condition[];
  readonly answer: number;
}

/** What is answered to the calls of one number: that of the first case that holds, else `otherwise`. */
export interface Verdict {
  readonly cases: readonly Case[];
  readonly otherwise: number;
}

/** From a number on, up to the next one: the verdict on all of them. */
export interface Range {
  readonly from: number;
  readonly verdict: Verdict;
}

/**
 * The verdicts of rules on all numbers of an ABI, as runc and libseccomp find them: of two rules for a call without conditions the first
 * counts, and such a rule counts more than all with conditions; a rule whose action is the default one is none.
 */
export function rangesOf(seccomp: Seccomp, abi: Abi): Range[] {
  const verdicts = verdictsOf(seccomp, abi);
  const usual = plain(returnValue(seccomp.defaultAction, seccomp.defaultErrnoRet));
  const ranges = new Map([[0, usual], ...[...verdicts.keys()].map((number) => [number + 1, usual] as const)]);
  for (const [from, verdict] of [...verdicts, ...unknownNumbers(seccomp, abi)]) ranges.set(from, verdict);
  return [...ranges].sort(([a], [b]) => a - b).map(([from, verdict]) => ({ from, verdict }));
}

function plain(answer: number): Verdict {
  return { cases: [], otherwise: answer };
}

function verdictsOf(seccomp: Seccomp, abi: Abi): Map<number, Verdict> {
  const numbers = numbersOf(abi);
  const usual = returnValue(seccomp.defaultAction, seccomp.defaultErrnoRet);
  const decided = new Map<number, Verdict>();
  const open = new Map<number, Case[]>();
  for (const rule of seccomp.syscalls ?? []) {
    const answer = returnValue(rule.action, rule.errnoRet);
    const known = answer === usual ? [] : rule.names.flatMap((name) => numbers.get(name) ?? []);
    for (const number of known) {
      if (!rule.args?.length) decided.set(number, decided.get(number) ?? plain(answer));
      else open.set(number, [...(open.get(number) ?? []), ...casesOf(rule.args, answer)]);
    }
  }
  const conditional = [...open].map(([number, cases]) => [number, { cases, otherwise: usual }] as const);
  return new Map([...conditional, ...decided]);
}

/** All conditions of a rule have to hold; but where two are on one argument, each of the rule's is a case of its own (runc, matchCall()). */
function casesOf(args: readonly Argument[], answer: number): Case[] {
  const conditions = args.map(({ index, op, value, valueTwo = 0 }) => {
    return { index, op, value: BigInt(value), valueTwo: BigInt(valueTwo) };
  });
  const isAlternative = new Set(args.map(({ index }) => index)).size < args.length;
  return isAlternative ? conditions.map((one) => ({ conditions: [one], answer })) : [{ conditions, answer }];
}

/**
 * A number above all that the rules name is of a call that came after them: ENOSYS, so that libc takes an older one for it (runc,
 * libcontainer/seccomp/patchbpf). Where calls are allowed by default, the newer ones are too; but none of x32, which are above all others,
 * since what a rule says of a name it says for a number of x86-64.
 */
function unknownNumbers(seccomp: Seccomp, abi: Abi): (readonly [from: number, Verdict])[] {
  const enosys = plain(RETURN_ENOSYS);
  const usual = returnValue(seccomp.defaultAction, seccomp.defaultErrnoRet);
  const highest = highestNamed(seccomp, abi);
  if (mayBeMade(usual) || highest === undefined) return abi === 'x86_64' ? [[X32, enosys]] : [];
  // arm's private calls are above the new ones, and no new ones themselves.
  const others = abi === 'arm' ? [[ARM_PRIVATE, plain(usual)] as const] : [];
  return [[highest + 1, enosys], ...others];
}

function highestNamed({ syscalls = [] }: Seccomp, abi: Abi): number | undefined {
  const numbers = numbersOf(abi);
  const named = syscalls.flatMap(({ names }) => names.flatMap((name) => numbers.get(name) ?? []));
  const ordinary = named.filter((number) => number < ARM_PRIVATE);
  return ordinary.length > 0 ? Math.max(...ordinary) : undefined;
}
