import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatJson, parseJson } from '../../../src/oci/json.js';
import type { Seccomp } from '../../../src/oci/seccomp.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { encode } from '../../../src/seccomp/bpf.js';
import { DEFAULT_PROFILE } from '../../../src/seccomp/builtin/profile.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { builtinRules } from '../../../src/seccomp/builtin/rules.js';
import { allows } from '../../../src/seccomp/check.js';
import { compile } from '../../../src/seccomp/compile.js';
import { parseProfile } from '../../../src/seccomp/profile.js';
import { programFor } from '../../../src/seccomp/program.js';
import { programOf } from '../../../src/seccomp/programs.js';
import { rulesFor } from '../../../src/seccomp/situation.js';
import { thrownBy } from '../../support/inside.js';

const PLACE = { capabilities: ['CAP_CHOWN', 'CAP_SYS_CHROOT'], architecture: 'x64', kernel: '6.1' } as const;
const ADMIN = { ...PLACE, capabilities: ['CAP_SYS_ADMIN', 'CAP_SYS_CHROOT'] };
const RULES: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mount'], action: 'SCMP_ACT_ERRNO' }] };

let state = '';
const before = process.env.TSLAB_STATE;
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-programs-'));
  process.env.TSLAB_STATE = state;
});
afterAll(() => {
  rmSync(state, { recursive: true });
  process.env.TSLAB_STATE = before;
  if (before === undefined) delete process.env.TSLAB_STATE;
});

const kept = () => readdirSync(join(state, 'seccomp'));

describe('the filter of a container', () => {
  it('is the constant where it has the usual capabilities of those that make a difference, also of rules that were read', () => {
    const usual = builtinRules(PLACE.capabilities);
    expect(programFor(usual)).toBe(defaultProgram(thisMachine()));
    expect(programFor(parseJson(formatJson(usual)) as Seccomp)).toBe(defaultProgram(thisMachine()));
    const inAnotherOrder = Object.fromEntries(Object.entries(usual).reverse()) as unknown as Seccomp;
    expect(programFor(inAnotherOrder)).toBe(defaultProgram(thisMachine()));
    expect(() => kept()).toThrow('ENOENT');
  });

  it('is another with other capabilities', () => {
    const program = programOf(rulesFor(DEFAULT_PROFILE, ADMIN), 'x64');
    expect(program).toEqual(encode(compile(rulesFor(DEFAULT_PROFILE, ADMIN), 'x64')));
    expect([allows(program, 'unshare', 'x64'), allows(defaultProgram('x64'), 'unshare', 'x64')]).toEqual([true, false]);
    const none = programOf(rulesFor(DEFAULT_PROFILE, { ...PLACE, capabilities: [] }), 'x64');
    expect([allows(none, 'chroot', 'x64'), allows(defaultProgram('x64'), 'chroot', 'x64')]).toEqual([false, true]);
  });

  it('is that of another profile', () => {
    const profile = parseProfile('{"defaultAction":"SCMP_ACT_ALLOW"}', 'p');
    expect(programOf(rulesFor(profile, PLACE), 'x64')).toEqual(
      encode(compile({ defaultAction: 'SCMP_ACT_ALLOW' }, 'x64')),
    );
  });

  it('is refused where no program could start with it', () => {
    const profile = parseProfile(
      '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["exit"],"action":"SCMP_ACT_ALLOW"}]}',
      'p',
    );
    const error = 'This seccomp profile does not allow execve, so no program can start';
    expect(() => programFor(rulesFor(profile, PLACE))).toThrow(error);
    expect(() => programOf({ defaultAction: 'SCMP_ACT_TRACE' }, 'x64')).toThrow(error);
    expect(thrownBy(() => programOf({ defaultAction: 'SCMP_ACT_KILL' }, 'arm64'))).toMatchObject({
      message: error,
      status: 2,
    });
  });
});

describe('the filter of a bundle', () => {
  const args = [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' as const }];

  it('is refused where its rules look at an argument that no call has, or ask a listener', () => {
    const syscalls = [{ names: ['mount'], action: 'SCMP_ACT_ERRNO' as const, args }];
    const far = thrownBy(() => programOf({ ...RULES, syscalls }, 'x64'));
    expect(far).toMatchObject({ message: 'linux.seccomp looks at argument 6 of a call', status: 2 });
    const asking = 'linux.seccomp has SCMP_ACT_NOTIFY, and tslab asks no listener';
    const rule = { names: ['mount'], action: 'SCMP_ACT_NOTIFY' as const };
    expect(() => programOf({ ...RULES, syscalls: [rule] }, 'x64')).toThrow(asking);
    expect(() => programOf({ defaultAction: 'SCMP_ACT_NOTIFY' }, 'x64')).toThrow(asking);
  });
});

describe('a program that was compiled', () => {
  it('is kept once for the same rules, and apart for other ones and other machines', () => {
    removeAll();
    const first = programOf(RULES, 'x64');
    expect(programOf(structuredClone(RULES), 'x64')).toEqual(first);
    expect(kept()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    programOf(RULES, 'arm64');
    programOf({ ...RULES, defaultAction: 'SCMP_ACT_LOG' }, 'x64');
    expect(kept()).toHaveLength(3);
  });

  it('goes when there are a hundred, the oldest first', () => {
    removeAll();
    for (let errnoRet = 1; errnoRet <= 101; errnoRet++)
      programOf(
        {
          ...RULES,
          defaultAction: 'SCMP_ACT_ALLOW',
          syscalls: [{ names: ['getppid'], action: 'SCMP_ACT_ERRNO', errnoRet }],
        },
        'x64',
      );
    expect(kept()).toHaveLength(100);
  });

  it('is read from there', () => {
    const other: Seccomp = { defaultAction: 'SCMP_ACT_LOG' };
    const text = readFileSync(fileOf(other), 'utf8');
    writeFileSync(fileOf(RULES), text);
    expect(programOf(RULES, 'x64')).toEqual(encode(compile(other, 'x64')));
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -40)],
    ['changed', (text: string) => text.replace(/ff7f/, 'fe7f')],
    ['empty', () => ''],
  ])('is compiled again where what was kept is %s', (_, damage) => {
    const file = fileOf(RULES);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, damage(whole));
    expect(programOf(RULES, 'x64')).toEqual(encode(compile(RULES, 'x64')));
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });
});

/** The only file that is kept when these rules have been compiled. */
function fileOf(rules: Seccomp): string {
  removeAll();
  programOf(rules, 'x64');
  return join(state, 'seccomp', kept()[0] ?? '');
}

function removeAll(): void {
  for (const name of kept()) rmSync(join(state, 'seccomp', name));
}
