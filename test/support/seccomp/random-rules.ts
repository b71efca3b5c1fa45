import type { Rule, Seccomp } from '../../../src/oci/seccomp.js';
import { allNames } from '../../../src/seccomp/numbers.js';
import { randomNumbers } from '../random.js';

type Argument = NonNullable<Rule['args']>[number];

const ACTIONS = ['ALLOW', 'ERRNO', 'KILL_PROCESS', 'KILL_THREAD', 'TRAP', 'TRACE', 'LOG'] as const;
const OPERATORS = ['EQ', 'NE', 'GT', 'GE', 'LT', 'LE', 'MASKED_EQ'] as const;
const ARCHITECTURES = [[], ['X86_64'], ['X86'], ['X86_64', 'X86'], ['AARCH64'], ['AARCH64', 'ARM', 'X86_64', 'X86']];
const BORDERS = [0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 63n, 2n ** 64n - 1n];

/** Rules of any kind, the same for the same seed. */
export function randomRules(seed: number): Seccomp {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);
  const names = allNames();
  const value = () => (random() < 0.5 ? pick(BORDERS) : BigInt(below(2 ** 32)) << BigInt(pick([0, 0, 16, 32])));
  const argument = (): Argument => ({
    index: below(6),
    op: `SCMP_CMP_${pick(OPERATORS)}`,
    value: value(),
    ...(random() < 0.7 ? { valueTwo: value() } : {}),
  });
  // Few names, so that rules meet at the same call.
  const used = Array.from({ length: 12 }, () => pick(names));
  const rule = (): Rule => ({
    names: [pick(used), ...some(4, () => pick(used)), ...some(2, () => pick(names))],
    action: `SCMP_ACT_${pick(ACTIONS)}`,
    ...(random() < 0.5 ? { errnoRet: 1 + below(133) } : {}),
    ...(random() < 0.7 ? { args: some(3, argument) } : {}),
  });
  return {
    defaultAction: `SCMP_ACT_${pick(ACTIONS)}`,
    architectures: pick(ARCHITECTURES).map((name) => `SCMP_ARCH_${name}`),
    syscalls: some(14, rule),
    ...(random() < 0.5 ? { defaultErrnoRet: pick([1, 38, 95]) } : {}),
  };
}
