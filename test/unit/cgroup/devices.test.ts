import { describe, expect, it } from 'vitest';
import { deviceLines } from '../../../labs/10-security/calls/devices.js';
import { encode } from '../../../src/cgroup/devices/ebpf.js';
import { policyLines, policyOf } from '../../../src/cgroup/devices/policy.js';
import { programOf } from '../../../src/cgroup/devices/program.js';
import { filesOf } from '../../../src/cgroup/v1/devices.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import type { DeviceRule } from '../../../src/oci/resources.js';
import { answerOf } from '../../support/ebpf-machine.js';
import { randomNumbers } from '../../support/random.js';

const NOTHING: DeviceRule = { allow: false, access: 'rwm' };
const TYPES = { b: 1, c: 2 } as const;

/** What the rules mean, said once more and otherwise: each access by itself, the last rule that is about it. */
function allowed(rules: readonly DeviceRule[], type: 'b' | 'c', numbers: readonly [number, number], letters: string) {
  return [...letters].every((letter) => {
    const isAbout = ({ type: its = 'a', major = -1, minor = -1, access = 'rwm' }: DeviceRule) =>
      ['a', type].includes(its) &&
      access.includes(letter) &&
      [-1, numbers[0]].includes(Number(major)) &&
      [-1, numbers[1]].includes(Number(minor));
    return rules.findLast(isAbout)?.allow ?? false;
  });
}

const ACCESSES = ['r', 'w', 'm', 'rw', 'rm', 'wm', 'rwm'];

/** All questions around some rules. */
function* questions(numbers: readonly number[]) {
  for (const type of ['b', 'c'] as const)
    for (const major of numbers)
      for (const minor of numbers) for (const letters of ACCESSES) yield { type, major, minor, letters };
}

function answer(rules: readonly DeviceRule[]) {
  const program = encode(programOf(policyOf(rules)));
  return (type: 'b' | 'c', [major, minor]: readonly [number, number], letters: string) => {
    const access = [...letters].reduce((bits, letter) => bits | { m: 1, r: 2, w: 4 }[letter as 'm' | 'r' | 'w'], 0);
    return answerOf(program, { access, type: TYPES[type], major, minor }) === 1n;
  };
}

describe('the program that is asked about devices', () => {
  const RULES: Readonly<Record<string, readonly DeviceRule[]>> = {
    'nothing at all': [NOTHING],
    everything: [{ allow: true, access: 'rwm' }],
    'one device': [NOTHING, { allow: true, type: 'c', major: 3, minor: 4, access: 'rwm' }],
    'all of a major number, but for one': [
      NOTHING,
      { allow: true, type: 'b', major: 3, access: 'rw' },
      { allow: false, type: 'b', major: 3, minor: 3, access: 'w' },
    ],
    'all but for some': [
      { allow: true, access: 'rwm' },
      { allow: false, type: 'c', major: 4, access: 'rw' },
      { allow: true, type: 'c', major: 4, minor: 5, access: 'r' },
    ],
    'reading by one rule, writing by another': [
      NOTHING,
      { allow: true, type: 'c', major: 3, access: 'r' },
      { allow: true, type: 'c', minor: 4, access: 'w' },
    ],
    'both types by one rule': [NOTHING, { allow: true, type: 'a', major: 4, access: 'r' }],
  };

  it.each(Object.keys(RULES))('says what the rules say: %s', (name) => {
    const rules = RULES[name] as readonly DeviceRule[];
    const says = answer(rules);
    for (const { type, major, minor, letters } of questions([2, 3, 4, 5]))
      expect([type, major, minor, letters, says(type, [major, minor], letters)]).toEqual([
        ...[type, major, minor, letters, allowed(rules, type, [major, minor], letters)],
      ]);
  });

  it('says what 500 random lists of rules say', () => {
    const random = randomNumbers(7);
    const one = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
    const rule = (): DeviceRule => ({
      allow: random() < 0.5,
      type: one(['a', 'b', 'c'] as const),
      major: one([-1, 1, 2]),
      minor: one([-1, 1, 2]),
      access: one(ACCESSES),
    });
    for (let n = 0; n < 500; n++) {
      const rules = Array.from({ length: Math.floor(random() * 6) }, rule);
      const says = answer(rules);
      for (const { type, major, minor, letters } of questions([1, 2, 3]))
        if (says(type, [major, minor], letters) !== allowed(rules, type, [major, minor], letters))
          expect.unreachable(JSON.stringify({ rules, type, major, minor, letters }));
    }
  });

  it('is these bytes for one device', () => {
    const bytes = encode(programOf(policyOf([NOTHING, { allow: true, type: 'c', major: 1, minor: 3, access: 'r' }])));
    expect(bytes.toString('hex').match(/.{16}/g)).toEqual([
      '6112000000000000', // r2 = *(u32 *)(r1 +0)
      'bf23000000000000', // r3 = r2
      '57020000ffff0000', // r2 &= 0xffff
      '7703000010000000', // r3 >>= 16
      '6114040000000000', // r4 = *(u32 *)(r1 +4)
      '6115080000000000', // r5 = *(u32 *)(r1 +8)
      '5502060002000000', // if r2 != 2 goto +6
      '5504050001000000', // if r4 != 1 goto +5
      '5505040003000000', // if r5 != 3 goto +4
      '57030000fdffffff', // r3 &= 0xfffffffd
      '5503020000000000', // if r3 != 0 goto +2
      'b700000001000000', // r0 = 1
      '9500000000000000', // exit
      'b700000000000000', // r0 = 0
      '9500000000000000', // exit
    ]);
  });

  it('takes at most seven instructions a rule', () => {
    const rules = Array.from(
      { length: 50 },
      (_, n): DeviceRule => ({ allow: true, type: 'b', major: 8, minor: n, access: 'rw' }),
    );
    expect(programOf(policyOf(rules)).length).toBe(8 + 7 * 50);
  });
});

describe('rules of devices', () => {
  it('of an ordinary container are eleven, beside the one that denies all others', () => {
    const console: DeviceRule = { allow: true, type: 'c', major: 5, minor: 1, access: 'rwm' };
    expect(deviceLines([NOTHING, console])).toEqual([
      'deny a *:* rwm',
      ...['c 5:1 rwm', 'c *:* m', 'b *:* m', 'c 1:3 rwm', 'c 1:5 rwm', 'c 1:7 rwm', 'c 1:8 rwm'].map(
        (one) => `allow ${one}`,
      ),
      ...['c 1:9 rwm', 'c 5:0 rwm', 'c 5:2 rwm', 'c 136:* rwm'].map((one) => `allow ${one}`),
    ]);
  });

  it('are left out where others say as much already', () => {
    const twice: DeviceRule = { allow: true, type: 'c', major: 1, minor: 3, access: 'rw' };
    expect(policyLines(policyOf([twice, { ...twice, access: 'rwm' }, { ...twice, allow: false, minor: 4 }]))).toEqual([
      'deny a *:* rwm',
      'allow c 1:3 rwm',
    ]);
  });

  it('are forgotten when one comes that is about all devices', () => {
    expect(
      policyLines(
        policyOf([
          { allow: true, type: 'c', major: 1 },
          { allow: true, type: 'a' },
        ]),
      ),
    ).toEqual(['allow a *:* rwm']);
  });

  it('are about devices that there can be', () => {
    expect(() => policyOf([{ allow: true, type: 'c', major: 4096 }])).toThrow(UserError);
    expect(() => policyOf([{ allow: true, type: 'c', minor: -2 }])).toThrow('no device has the number -2');
  });

  it('of v1 are exceptions from what holds for all', () => {
    const disk: DeviceRule = { allow: true, type: 'b', major: 8, minor: 0, access: 'rwm' };
    expect(filesOf(policyOf([NOTHING, disk]))).toEqual([
      { file: 'devices.deny', texts: ['a'] },
      { file: 'devices.allow', texts: ['b 8:0 rwm'] },
    ]);
    expect(filesOf(policyOf([{ allow: true }, { ...disk, allow: false }]))).toEqual([
      { file: 'devices.allow', texts: ['a'] },
      { file: 'devices.deny', texts: ['b 8:0 rwm'] },
    ]);
    expect(filesOf(policyOf([{ allow: true }]))).toEqual([]);
  });

  it('of v1 cannot be an exception from an exception', () => {
    const disks: DeviceRule = { allow: true, type: 'b', major: 8, access: 'rwm' };
    const hole = () =>
      filesOf(policyOf([NOTHING, disks, { allow: false, type: 'b', major: 8, minor: 3, access: 'w' }]));
    expect(hole).toThrow('cannot make an exception (b 8:3 w) from an exception (b 8:* rwm)');
  });
});
