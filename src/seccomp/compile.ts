import { once } from '../kernel/once.js';
import type { Seccomp } from '../oci/seccomp.js';
import { ABIS, ABIS_OF, type Abi, type Machine } from './abi.js';
import { KILL_PROCESS } from './actions.js';
import { assemble, type Tree } from './assemble.js';
import type { Program } from './bpf.js';
import { holdsFor } from './conditions.js';
import { ARCH, NUMBER } from './interpret.js';
import { rangesOf, type Verdict } from './verdicts.js';

// #region compile
/**
 * Compiles rules to a program: which ABI is it, which number, what are its arguments. An ABI that the rules do not name gets no call through,
 * else rules that only forbid would be passed by with `int 0x80`.
 */
export function compile(seccomp: Seccomp, machine: Machine): Program {
  const answer = once((value: number): Tree => ({ kind: 'answer', value }));
  const named = namedAbis(seccomp, machine);
  const abis = named.reduceRight<Tree>(
    (no, abi) => ({ kind: 'ask', is: 'equal', k: ABIS[abi].audit, yes: byNumber(seccomp, abi, answer), no }),
    answer(KILL_PROCESS),
  );
  return assemble({ kind: 'load', offset: ARCH, next: abis });
}
// #endregion

/** The machine's own always, as with libseccomp (seccomp_init(3)), and the others that are named. */
function namedAbis({ architectures = [] }: Seccomp, machine: Machine): Abi[] {
  const [native, ...others] = ABIS_OF[machine];
  return [native, ...others.filter((abi) => architectures.includes(ABIS[abi].profile))];
}

type Answer = (value: number) => Tree;

/** A number and all above it, up to the next. */
interface Part {
  readonly from: number;
  readonly tree: Tree;
}

function byNumber(seccomp: Seccomp, abi: Abi, answer: Answer): Tree {
  const treeOf = once((verdict: Verdict) => byArguments(verdict, ABIS[abi].bits, answer));
  const parts = rangesOf(seccomp, abi).map(({ from, verdict }) => ({ from, tree: treeOf(verdict) }));
  return { kind: 'load', offset: NUMBER, next: search(parts.filter(({ tree }, i) => tree !== parts[i - 1]?.tree)) };
}

/** The cases in their order, and what is answered where none holds. */
function byArguments({ cases, otherwise }: Verdict, bits: 32 | 64, answer: Answer): Tree {
  return cases.reduceRight((no, { conditions, answer: value }) => {
    return conditions.reduceRight((yes, condition) => holdsFor(condition, bits, { yes, no }), answer(value));
  }, answer(otherwise));
}

/** Binary search. One number among others that are all alike takes one question, not two. */
function search(parts: readonly Part[]): Tree {
  const [first, one, last] = parts as [Part, Part | undefined, Part | undefined];
  if (one === undefined) return first.tree;
  if (parts.length === 3 && last?.from === one.from + 1 && last.tree === first.tree) {
    return { kind: 'ask', is: 'equal', k: one.from, yes: one.tree, no: first.tree };
  }
  const middle = (parts.length >> 1) | 1;
  const [below, above] = [parts.slice(0, middle), parts.slice(middle)];
  return { kind: 'ask', is: 'at-least', k: (above[0] as Part).from, yes: search(above), no: search(below) };
}
