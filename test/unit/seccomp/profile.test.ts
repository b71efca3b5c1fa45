import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { parseProfile, readProfile } from '../../../src/seccomp/profile.js';
import { type Place, rulesFor } from '../../../src/seccomp/situation.js';
import { thrownBy } from '../../support/inside.js';

const PLACE: Place = { capabilities: ['CAP_SYS_CHROOT'], architecture: 'x64', kernel: '6.1.0-31-amd64' };

/** A profile of some rules, one a line, from line 3 on. */
function profileOf(...rules: object[]): string {
  const lines = rules.map((rule) => JSON.stringify(rule)).join(',\n');
  return `{ "defaultAction": "SCMP_ACT_ERRNO", "comment": "\\"syscalls\\": [{",\n"syscalls": [\n${lines}\n] }`;
}

const rule = (more: object) => ({ names: ['mount'], action: 'SCMP_ACT_ALLOW', ...more });
const FINE = rule({});

/** The names of the rules that apply. */
function applying(place: Partial<Place>, ...rules: object[]): string[] {
  const { syscalls = [] } = rulesFor(parseProfile(profileOf(...rules), 'p'), { ...PLACE, ...place });
  return syscalls.flatMap(({ names }) => names);
}

describe('the rules of a profile that apply', () => {
  it('are those that include all capabilities, the machine, and the kernel or an older one', () => {
    const caps = rule({ names: ['a'], includes: { caps: ['CAP_SYS_ADMIN', 'CAP_SYS_CHROOT'] } });
    const arches = rule({ names: ['b'], includes: { arches: ['arm64', 's390x'] } });
    const old = rule({ names: ['c'], includes: { minKernel: '6.1' } });
    const newer = rule({ names: ['d'], includes: { minKernel: '6.10' } });
    expect(applying({}, caps, arches, old, newer)).toEqual(['c']);
    expect(applying({ capabilities: ['CAP_SYS_CHROOT', 'CAP_SYS_ADMIN'] }, caps)).toEqual(['a']);
    expect(applying({ architecture: 'arm64' }, arches)).toEqual(['b']);
    expect(applying({ kernel: '6.10.0' }, old, newer)).toEqual(['c', 'd']);
    expect(applying({ kernel: '7.0.1' }, newer)).toEqual(['d']);
  });

  it('are not those that exclude one of them', () => {
    const caps = rule({ names: ['a'], excludes: { caps: ['CAP_SYS_ADMIN', 'CAP_SYS_CHROOT'] } });
    const arches = rule({ names: ['b'], excludes: { arches: ['amd64'] } });
    const kernel = rule({ names: ['c'], excludes: { minKernel: '5.0' } });
    expect(applying({}, caps, arches, kernel)).toEqual([]);
    expect(applying({ capabilities: [], architecture: 'arm64', kernel: '4.19' }, caps, arches, kernel)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('may have the older form with one name', () => {
    expect(applying({}, { name: 'mount', action: 'SCMP_ACT_ALLOW' })).toEqual(['mount']);
  });

  it('keep arguments, errnos and numbers of 64 bits', () => {
    const text = profileOf(
      rule({ action: 'SCMP_ACT_ERRNO', errnoRet: 38, args: [{ index: 1, value: 1, op: 'SCMP_CMP_EQ' }] }),
    );
    const profile = parseProfile(text.replace('"value":1', '"value":18446744073709551615'), 'p');
    expect(rulesFor(profile, PLACE).syscalls?.[0]).toEqual({
      names: ['mount'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 38,
      args: [{ index: 1, value: 2n ** 64n - 1n, op: 'SCMP_CMP_EQ' }],
    });
  });

  it('have the default action of the profile, its errno and the flags', () => {
    const more = { defaultErrnoRet: 38, flags: ['SECCOMP_FILTER_FLAG_LOG'] };
    const text = JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', ...more });
    expect(rulesFor(parseProfile(text, 'p'), PLACE)).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', ...more });
    expect(rulesFor(parseProfile('{"defaultAction":"SCMP_ACT_LOG"}', 'p'), PLACE)).toEqual({
      defaultAction: 'SCMP_ACT_LOG',
      architectures: [],
      syscalls: [],
    });
  });

  it('are for the architectures that the map has for the machine, or those that are listed', () => {
    const archMap = [
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
      { architecture: 'SCMP_ARCH_RISCV64', subArchitectures: null },
    ];
    const of = (more: object) =>
      rulesFor(parseProfile(JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', ...more }), 'p'), PLACE);
    expect(of({ archMap }).architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86']);
    expect(of({ architectures: ['SCMP_ARCH_X86'] }).architectures).toEqual(['SCMP_ARCH_X86']);
  });
});

describe('a wrong profile', () => {
  const message = (text: string) => thrownBy(() => parseProfile(text, 'my.json')).message;

  it.each([
    ['an unknown action', { action: 'ALLOW' }, 'syscalls[1].action is "ALLOW", not one of SCMP_ACT_ALLOW, '],
    [
      'an argument above 5',
      { args: [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' }] },
      'syscalls[1].args[0].index is 6, not a whole',
    ],
    ['an unknown operator', { args: [{ index: 0, value: 0, op: 'EQ' }] }, 'syscalls[1].args[0].op is "EQ", not one of'],
    ['a value of more than 64 bits', { args: [{ index: 0, value: -1, op: 'SCMP_CMP_EQ' }] }, 'args[0].value is -1'],
    ['name and names', { name: 'mount' }, 'not a rule with either name or names'],
    ['no name', { names: undefined }, 'not a rule with either name or names'],
    ['an agent', { action: 'SCMP_ACT_NOTIFY' }, 'not an action without a listener'],
    [
      'a kernel that is no version',
      { includes: { minKernel: '5' } },
      'includes.minKernel is "5", not a version such as 4.8',
    ],
    ['an errno that the kernel cannot give', { errnoRet: 4096 }, 'syscalls[1].errnoRet is 4096'],
  ])('is told by file, line and number of the rule: %s', (_, wrong, why) => {
    expect(message(profileOf(FINE, rule(wrong)))).toMatch(
      /^The seccomp profile my\.json is wrong in line 4, rule 2: syscalls\[1\]/,
    );
    expect(message(profileOf(FINE, rule(wrong)))).toContain(why);
  });

  it('counts rules that are none, and those within others’ lists not', () => {
    const rules = [
      rule({ args: [{ index: 0, value: 1, op: 'SCMP_CMP_EQ' }], comment: 'a, [b] {c}' }),
      { no: 'action' },
    ];
    expect(message(profileOf(...rules))).toContain('in line 4, rule 2: syscalls[1].action is missing');
    expect(message('{"defaultAction":"SCMP_ACT_LOG",\n"syscalls":[\n7,\n{}]}')).toContain(
      'in line 3, rule 1: syscalls[0] is 7',
    );
  });

  it('is told without a line where no rule is wrong', () => {
    expect(message('{}')).toBe(
      'The seccomp profile my.json is wrong: defaultAction is missing, not one of SCMP_ACT_ALLOW, SCMP_ACT_ERRNO, ' +
        'SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_LOG, SCMP_ACT_NOTIFY, SCMP_ACT_TRACE, SCMP_ACT_TRAP',
    );
    const both = {
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_ARM'],
      archMap: [{ architecture: 'SCMP_ARCH_ARM' }],
    };
    expect(message(JSON.stringify(both))).toContain('not a profile with either architectures or archMap');
  });

  it.each([
    ['{\n"a": 1,\n}', 3],
    ['{\n"a": 1\n"b": 2}', 3],
    ['{\n"a": [1, 2,\n\n', 4],
    ['{\n"a": "b\n', 2],
    ['\n\nnonsense', 3],
    ['{"a": 1}\n\nmore', 3],
  ])('is told by its line where it is no JSON: %j', (text, line) => {
    expect(message(text)).toMatch(new RegExp(`^The seccomp profile my\\.json is wrong in line ${line}: `));
  });

  it('has no listener by default either', () => {
    expect(message('{"defaultAction":"SCMP_ACT_NOTIFY"}')).toContain(
      'defaultAction is "SCMP_ACT_NOTIFY", not an action without',
    );
  });

  it('is a mistake of the user, with a remedy', () => {
    const error = thrownBy(() => parseProfile('{}', 'x')) as UserError;
    expect([error instanceof UserError, error.status]).toEqual([true, 2]);
    expect(error.remedy).toContain('docs.docker.com');
  });
});

describe('the file of a profile', () => {
  it('is read, and told where it is missing, no file, or too large', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tslab-profile-'));
    const file = join(directory, 'p.json');
    writeFileSync(file, profileOf(FINE));
    expect(readProfile(file).defaultAction).toBe('SCMP_ACT_ERRNO');
    const message = (path: string) => thrownBy(() => readProfile(path)).message.replaceAll(directory, 'DIR');
    expect(message(join(directory, 'none'))).toBe('The seccomp profile DIR/none cannot be read: ENOENT');
    expect(message(directory)).toBe('The seccomp profile DIR is not a regular file');
    writeFileSync(file, ' '.repeat(1024 * 1024 + 1));
    expect(message(file)).toBe('The seccomp profile DIR/p.json has more than 1048576 bytes');
    rmSync(directory, { recursive: true });
  });
});
