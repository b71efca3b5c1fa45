import type { Rule, Seccomp } from '../../../src/oci/seccomp.js';
import { ABIS, ABIS_OF, type Abi, type Machine, X32 } from '../../../src/seccomp/abi.js';
import { KILL_PROCESS, RETURN_ENOSYS, returnValue } from '../../../src/seccomp/actions.js';
import type { Call } from '../../../src/seccomp/interpret.js';
import { ARM_PRIVATE, numbersOf } from '../../../src/seccomp/numbers.js';

/** What rules say of calls, read off the rules themselves: no ranges, no words of 32 bits, no program. */
export function evaluator(rules: Seccomp, machine: Machine): (call: Call) => number {
  const isNamed = (abi: Abi) => rules.architectures?.includes(ABIS[abi].profile) ?? false;
  const abis = ABIS_OF[machine].filter((abi, i) => i === 0 || isNamed(abi));
  const tables = new Map(abis.map((abi) => [ABIS[abi].audit, new Table(rules, abi)]));
  return (call) => tables.get(call.arch)?.answer(call) ?? KILL_PROCESS;
}

class Table {
  readonly #usual: number;
  readonly #rules: readonly { numbers: readonly number[]; args: NonNullable<Rule['args']>; answer: number }[];

  constructor(
    readonly rules: Seccomp,
    readonly abi: Abi,
  ) {
    this.#usual = returnValue(rules.defaultAction, rules.defaultErrnoRet);
    this.#rules = (rules.syscalls ?? []).map(({ names, args = [], action, errnoRet }) => {
      const numbers = names.flatMap((name) => numbersOf(abi).get(name) ?? []);
      return { numbers, args, answer: returnValue(action, errnoRet) };
    });
  }

  answer({ number, args }: Call): number {
    if (this.abi === 'x86_64' && number >= X32) return RETURN_ENOSYS;
    const mine = this.#rules.filter((rule) => rule.numbers.includes(number) && rule.answer !== this.#usual);
    const plain = mine.find((rule) => rule.args.length === 0);
    const found = plain ?? mine.find((rule) => matches(rule.args, args));
    return found?.answer ?? (this.#isUnknown(number) ? RETURN_ENOSYS : this.#usual);
  }

  #isUnknown(number: number): boolean {
    const known = this.#rules.flatMap(({ numbers }) => numbers).filter((one) => one < ARM_PRIVATE);
    if (known.length === 0 || /ALLOW|LOG|TRACE/.test(this.rules.defaultAction)) return false;
    return number > Math.max(...known) && !(this.abi === 'arm' && number >= ARM_PRIVATE);
  }
}

function matches(args: NonNullable<Rule['args']>, values: readonly bigint[]): boolean {
  const hold = args.map((arg) => holds(arg, values[arg.index] ?? 0n));
  return new Set(args.map(({ index }) => index)).size < args.length ? hold.includes(true) : !hold.includes(false);
}

function holds({ op, value, valueTwo = 0 }: NonNullable<Rule['args']>[number], actual: bigint): boolean {
  const wanted = BigInt(value);
  switch (op) {
    case 'SCMP_CMP_EQ':
      return actual === wanted;
    case 'SCMP_CMP_NE':
      return actual !== wanted;
    case 'SCMP_CMP_GT':
      return actual > wanted;
    case 'SCMP_CMP_GE':
      return actual >= wanted;
    case 'SCMP_CMP_LT':
      return actual < wanted;
    case 'SCMP_CMP_LE':
      return actual <= wanted;
    case 'SCMP_CMP_MASKED_EQ':
      return (actual & wanted) === (BigInt(valueTwo) & wanted);
  }
}
