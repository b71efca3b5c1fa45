import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import type { Abi } from '../../../src/seccomp/abi.js';
import { RETURN_ENOSYS } from '../../../src/seccomp/actions.js';
import { DEFAULT_PROFILE } from '../../../src/seccomp/builtin/profile.js';
import { DECIDING } from '../../../src/seccomp/builtin/program.js';
import { compile } from '../../../src/seccomp/compile.js';
import { interpret } from '../../../src/seccomp/interpret.js';
import { allNames, nameOf, numbersOf } from '../../../src/seccomp/numbers.js';
import { rulesFor } from '../../../src/seccomp/situation.js';
import { needs } from '../../support/needs.js';
import { callsOf } from '../../support/seccomp/calls.js';
import { Libseccomp } from '../../support/seccomp/libseccomp.js';

const USUAL = DOCKERS_CAPABILITIES.bounding;
/** The last call that libseccomp 2.5.4 knows: set_mempolicy_home_node. Which numbers of later calls it says EPERM to is its own matter. */
const LAST_KNOWN = 450;

let libseccomp: Libseccomp | undefined;

describe('libseccomp', () => {
  beforeEach((test) => {
    needs(test, 'libseccomp');
    needs(test, 'an x86-64 machine');
    libseccomp ??= new Libseccomp();
  });
  afterAll(() => libseccomp?.remove());

  it.each<[string, readonly string[], boolean]>([
    ['the usual capabilities', USUAL, true],
    ['the usual capabilities, in a row and not as a tree', USUAL, false],
    ['none', [], true],
    ['CAP_SYS_ADMIN', [...USUAL, 'CAP_SYS_ADMIN'], true],
    ['all', DECIDING, true],
  ])('says the same of every call that it knows: %s', (_, capabilities, tree) => {
    const rules = rulesFor(DEFAULT_PROFILE, { capabilities, architecture: 'x64', kernel: '6.1' });
    const ours = compile(rules, 'x64');
    const made = libseccomp?.make(rules, ['x86_64', 'i386'], tree);
    const calls = (['x86_64', 'i386'] as Abi[]).flatMap((abi) =>
      knownNumbers(abi, made?.unknown ?? new Set()).flatMap((number) => callsOf(rules, abi, number)),
    );
    expect(calls.length).toBeGreaterThan(900);
    expect(calls.filter((call) => interpret(ours, call).value !== interpret(made?.program ?? [], call).value)).toEqual(
      [],
    );
    expect(ours.length).toBeLessThan((made?.program.length ?? 0) / 2);
  });

  it('leaves ENOSYS for newer calls to who uses it', () => {
    const rules = rulesFor(DEFAULT_PROFILE, { capabilities: USUAL, architecture: 'x64', kernel: '6.1' });
    const call = { arch: 0xc000003e, number: 600, args: [] };
    expect(interpret(compile(rules, 'x64'), call).value).toBe(RETURN_ENOSYS);
    expect(interpret(libseccomp?.make(rules, ['x86_64']).program ?? [], call).value).toBe(RETURN_ENOSYS - 37);
  });

  it.each<Abi>(['x86_64', 'i386', 'aarch64', 'arm'])(
    'has the same numbers on %s for the names that it knows',
    (abi) => {
      const names = allNames();
      const theirs = libseccomp?.numbersOf(names, abi) ?? [];
      const different = names.filter((name, i) => (theirs[i] as number) >= 0 && theirs[i] !== numbersOf(abi).get(name));
      expect(theirs.filter((number) => number >= 0).length).toBeGreaterThan(290);
      expect(different).toEqual([]);
    },
  );
});

/** The numbers up to the last that it knows, but for those whose names it does not know. */
function knownNumbers(abi: Abi, unknown: ReadonlySet<string>): number[] {
  const numbers = Array.from({ length: LAST_KNOWN + 1 }, (_, number) => number);
  return numbers.filter((number) => !unknown.has(nameOf(number, abi) ?? ''));
}
