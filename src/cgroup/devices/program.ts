import {
  and,
  block,
  copy,
  exit,
  ifEqual,
  load,
  type Program,
  type Step,
  set,
  shiftRight,
  unlessEqual,
} from './ebpf.js';
import { ANY_ACCESS, type DevicePolicy, type Rule } from './policy.js';

// #region program
/**
 * The policy as a program, which the kernel runs each time that a process of the cgroup opens or makes a device node (struct
 * bpf_cgroup_dev_ctx in linux/bpf.h; Linux 4.15). It says 1: yes, or 0: EPERM. The last rule counts, so it is asked first; what it has
 * allowed nobody is asked any more.
 */
export function programOf({ allowsOthers, rules }: DevicePolicy): Program {
  return [...READ_QUESTION, ...rules.toReversed().flatMap((rule) => block(ask(rule))), ...answer(allowsOthers)];
}

/** What the registers hold. */
const [ANSWER, TYPE, WANTED, MAJOR, MINOR] = [0, 2, 3, 4, 5] as const;

/** The type is in the lower half of the first word, what is wanted in the upper. */
const READ_QUESTION = [
  load(TYPE, 0),
  copy(WANTED, TYPE),
  and(TYPE, 0xffff),
  shiftRight(WANTED, 16),
  load(MAJOR, 4),
  load(MINOR, 8),
];

/** BPF_DEVCG_DEV_* */
const TYPES = { b: 1, c: 2 } as const;

function ask({ allow, type, major, minor, access }: Rule): Step[] {
  return [
    unlessEqual(TYPE, TYPES[type]),
    ...(major === undefined ? [] : [unlessEqual(MAJOR, major)]),
    ...(minor === undefined ? [] : [unlessEqual(MINOR, minor)]),
    ...(access === ANY_ACCESS ? [] : allow ? isAllOf(access) : isSomeOf(access)),
    ...answer(allow),
  ];
}

/** Something else may still be wanted: about that the rules before decide. */
function isAllOf(access: number): Step[] {
  return [and(WANTED, ~access), unlessEqual(WANTED, 0)];
}

function isSomeOf(access: number): Step[] {
  return [copy(ANSWER, WANTED), and(ANSWER, access), ifEqual(ANSWER, 0)];
}

function answer(allow: boolean) {
  return [set(ANSWER, allow ? 1 : 0), exit()];
}
// #endregion
