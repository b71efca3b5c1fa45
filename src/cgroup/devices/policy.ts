import { UserError } from '../../kernel/errors/user-error.js';
import type { DeviceRule } from '../../oci/resources.js';

/** What is asked of a device, a bit each: DEVCG_ACC_* in include/linux/device_cgroup.h, BPF_DEVCG_ACC_* in linux/bpf.h. */
export const ACCESS = { m: 1, r: 2, w: 4 } as const;
export const ANY_ACCESS = 7;

/** A rule about some devices. Undefined stands for every number. */
export interface Rule {
  readonly allow: boolean;
  readonly type: 'b' | 'c';
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly access: number;
}

/** What may be done with devices: of the rules the last that is about an access counts, and where none is, `allowsOthers`. */
export interface DevicePolicy {
  readonly allowsOthers: boolean;
  readonly rules: readonly Rule[];
}

// #region policy
/**
 * Reads rules in their order, as the kernel of cgroup v1 does: one about all devices forgets those before it. What changes nothing is left
 * out. At first nothing is allowed. Throws UserError (2) for a number that no device has.
 */
export function policyOf(rules: readonly DeviceRule[]): DevicePolicy {
  return rules.flatMap(readRule).reduce(withRule, { allowsOthers: false, rules: [] });
}

function withRule(policy: DevicePolicy, rule: Rule | boolean): DevicePolicy {
  if (typeof rule === 'boolean') return { allowsOthers: rule, rules: [] };
  const rules = policy.rules.flatMap((earlier) => remainderOf(earlier, rule));
  const saysNew =
    rule.allow !== policy.allowsOthers || rules.some((one) => one.allow !== rule.allow && meet(one, rule));
  return { ...policy, rules: saysNew ? [...rules, rule] : rules };
}
// #endregion

/** What an earlier rule still says beside a later one. */
function remainderOf(earlier: Rule, later: Rule): Rule[] {
  if (!covers(later, earlier)) return [earlier];
  const access = earlier.access & ~later.access;
  if (access === 0) return [];
  return [earlier.allow === later.allow ? earlier : { ...earlier, access }];
}

/** Whether one rule is about all devices that another one is about. */
export function covers(one: Rule, other: Rule): boolean {
  const holds = (mine: number | undefined, its: number | undefined) => mine === undefined || mine === its;
  return one.type === other.type && holds(one.major, other.major) && holds(one.minor, other.minor);
}

/** Whether two rules are about the same access to one device. */
export function meet(one: Rule, other: Rule): boolean {
  const may = (a: number | undefined, b: number | undefined) => a === undefined || b === undefined || a === b;
  return (
    one.type === other.type &&
    may(one.major, other.major) &&
    may(one.minor, other.minor) &&
    (one.access & other.access) !== 0
  );
}

/** A rule of the specification: `true` and `false` allow and deny all; one about both types is two. -1 is every number, as in runc. */
function readRule({ allow, type = 'a', major, minor, access = 'rwm' }: DeviceRule): (Rule | boolean)[] {
  const numbers = { major: numberOf(major, MOST_MAJOR), minor: numberOf(minor, MOST_MINOR) };
  const bits = [...access].reduce((mask, letter) => mask | ACCESS[letter as keyof typeof ACCESS], 0);
  const isTotal = type === 'a' && bits === ANY_ACCESS && (numbers.major ?? numbers.minor) === undefined;
  if (isTotal) return [allow];
  const types = type === 'a' ? (['b', 'c'] as const) : [type];
  return bits === 0 ? [] : types.map((one) => ({ allow, type: one, ...numbers, access: bits }));
}

/** include/linux/kdev_t.h: 12 bits and 20 bits. */
const MOST_MAJOR = 0xfff;
const MOST_MINOR = 0xfffff;

function numberOf(value: DeviceRule['major'], most: number): number | undefined {
  if (value === undefined || Number(value) === -1) return undefined;
  if (value >= 0 && value <= most) return Number(value);
  throw new UserError(
    `no device has the number ${value}`,
    2,
    `Major numbers go to ${MOST_MAJOR}, minor to ${MOST_MINOR}.`,
  );
}

/** As the files of cgroup v1 have it: `c 1:3 rwm`. */
export function ruleText({ type, major, minor, access }: Rule): string {
  const letters = ['r', 'w', 'm'].filter((letter) => access & ACCESS[letter as keyof typeof ACCESS]);
  return `${type} ${major ?? '*'}:${minor ?? '*'} ${letters.join('')}`;
}

/** A line for all devices, and one for each rule. */
export function policyLines({ allowsOthers, rules }: DevicePolicy): string[] {
  const verb = (allow: boolean) => (allow ? 'allow' : 'deny');
  return [`${verb(allowsOthers)} a *:* rwm`, ...rules.map((rule) => `${verb(rule.allow)} ${ruleText(rule)}`)];
}
