import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/seccomp/builtin/profile.js';
import { parseProfile } from '../../../src/seccomp/profile.js';
import { unknownNames } from '../../../src/seccomp/unknown-names.js';
import { DOCKERS_PROFILE, needs } from '../../support/needs.js';

describe('the names of a profile that are those of no call', () => {
  it('are told with the rule, and the name that is most like them', () => {
    const syscalls = [
      { names: ['mount', 'riscv_hwprobe'], action: 'SCMP_ACT_ALLOW' as const },
      { names: ['unshared', 'no_such_call_at_all'], action: 'SCMP_ACT_ALLOW' as const },
      { name: 'opennat', action: 'SCMP_ACT_ALLOW' as const },
    ];
    expect(unknownNames({ defaultAction: 'SCMP_ACT_ERRNO', syscalls })).toEqual([
      { name: 'unshared', rule: 2, nearest: 'unshare' },
      { name: 'no_such_call_at_all', rule: 2, nearest: undefined },
      { name: 'opennat', rule: 3, nearest: 'openat' },
    ]);
  });

  it('are none in the builtin profile, and none in that of Docker', (test) => {
    expect(unknownNames(DEFAULT_PROFILE)).toEqual([]);
    needs(test, 'the default profile of Docker');
    expect(unknownNames(parseProfile(readFileSync(DOCKERS_PROFILE, 'utf8'), DOCKERS_PROFILE))).toEqual([]);
  });
});
