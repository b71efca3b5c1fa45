import { describe, expect, it } from 'vitest';
import { boundingOf, isBound, seccompOf, securityOption } from '../../../../src/container/security.js';
import { parseSecurity, type SecurityFlags } from '../../../../src/docker/options/security/security.js';
import { allCapabilities, ownCapabilities } from '../../../../src/kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../../src/kernel/credentials/capability-names.js';
import { DOCKERS_CAPABILITIES } from '../../../../src/oci/defaults.js';

const USUAL = DOCKERS_CAPABILITIES.bounding;
const SETS = ownCapabilities();
const OWN = CAPABILITIES.filter((_, number) => (SETS.bounding >> BigInt(number)) & 1n);

describe('--cap-add, --cap-drop, --security-opt and --privileged', () => {
  it.each<[SecurityFlags, ReturnType<typeof parseSecurity>]>([
    [{}, undefined],
    [{ capAdd: ['setuid', 'CAP_CHOWN'] }, { capAdd: ['CAP_CHOWN', 'CAP_SETUID'] }],
    [{ capAdd: ['chown', 'all'], capDrop: ['ALL'] }, { capAdd: ['ALL'] }],
    [
      { capAdd: ['CHOWN'], capDrop: ['CHOWN', 'KILL'] },
      { capAdd: ['CAP_CHOWN'], capDrop: ['CAP_KILL'] },
    ],
    [
      { securityOpt: ['no-new-privileges', 'apparmor:unconfined'] },
      { securityOpt: ['no-new-privileges', 'apparmor:unconfined'] },
    ],
    [{ securityOpt: ['systempaths=unconfined', 'label=disable'] }, { securityOpt: ['label=disable'], unmasked: true }],
    [{ privileged: true }, { privileged: true }],
  ])('%j becomes %j', (flags, expected) => expect(parseSecurity(flags)).toEqual(expected));

  it.each<[SecurityFlags, string, string]>([
    [{ capAdd: ['NET_ADMN'] }, 'invalid --cap-add: unknown capability: "NET_ADMN"', 'Did you mean NET_ADMIN?'],
    [{ capDrop: ['x'] }, 'invalid --cap-drop: unknown capability: "x"', '`man 7 capabilities` has all names'],
    [{ securityOpt: ['foo'] }, 'invalid --security-opt: "foo"', 'Allowed: seccomp=FILE'],
    [{ securityOpt: ['seccomp'] }, 'invalid --security-opt: "seccomp"', 'Allowed'],
    [{ securityOpt: ['no-new-privileges=yes'] }, 'invalid --security-opt: "no-new-privileges=yes"', 'Allowed'],
    [{ securityOpt: ['apparmor=mine'] }, '--security-opt apparmor=mine: tslab writes no label for AppArmor', 'Allowed'],
    [{ securityOpt: ['label=type:x'] }, '--security-opt label=type:x: tslab writes no label for SELinux', 'Allowed'],
    [{ privileged: true, userns: 'auto' }, 'privileged mode is incompatible with user namespaces', 'Leave --userns'],
    [{ securityOpt: ['landlock=/tmp'] }, 'invalid --security-opt landlock: "/tmp"', 'landlock=rw:/tmp'],
    [{ securityOpt: ['landlock=rw:tmp'] }, 'invalid --security-opt landlock: "rw:tmp"', 'landlock=rw:/tmp'],
  ])('%j is refused: %s', (flags, message, remedy) => {
    const refused = expect(() => parseSecurity(flags));
    refused.toThrow(expect.objectContaining({ message, status: 2, remedy: expect.stringContaining(remedy) }));
  });
});

describe('the bounding set of a container', () => {
  it('is Docker’s, changed by what was asked for', () => {
    const [usual, without] = [
      OWN.filter((name) => USUAL.includes(name)),
      (name: string) => (one: string) => one !== name,
    ];
    expect(boundingOf({}, SETS)).toEqual(expect.arrayContaining(usual));
    expect(boundingOf({}, SETS)).toHaveLength(usual.length);
    expect(boundingOf({ capDrop: ['CAP_CHOWN'] }, SETS)).toEqual(usual.filter(without('CAP_CHOWN')));
    expect(boundingOf({ capAdd: ['ALL'], capDrop: ['CAP_KILL'] }, SETS)).toEqual(OWN.filter(without('CAP_KILL')));
    expect(boundingOf({ capDrop: ['ALL'] }, SETS)).toEqual([]);
    expect(boundingOf({ capAdd: ['CAP_KILL'], capDrop: ['ALL'] }, SETS)).toEqual(
      OWN.filter((name) => name === 'CAP_KILL'),
    );
    expect(boundingOf({ capDrop: ['ALL'], privileged: true }, SETS)).toEqual(OWN);
    expect(boundingOf({ capAdd: ['CAP_SYS_RESOURCE'] }, allCapabilities())).toContain('CAP_SYS_RESOURCE');
  });
});

describe('options of --security-opt', () => {
  it('count as they were given last, with = or with :', () => {
    const security = {
      securityOpt: ['seccomp=builtin', 'no-new-privileges', 'seccomp:unconfined', 'no-new-privileges:false'],
    };
    expect(securityOption(security, 'seccomp')).toBe('unconfined');
    expect([isBound(security), isBound({ securityOpt: ['no-new-privileges'] }), isBound({})]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('say what the filter is made of: the builtin profile, one of one’s own, or nothing', () => {
    const profile = 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}';
    expect(seccompOf({}, USUAL)?.syscalls?.length).toBeGreaterThan(10);
    expect(seccompOf({ securityOpt: [profile] }, USUAL)).toMatchObject({ defaultAction: 'SCMP_ACT_ALLOW' });
    expect(seccompOf({ privileged: true }, USUAL)).toBeUndefined();
    expect(seccompOf({ privileged: true, securityOpt: ['seccomp=builtin'] }, OWN)).toBeDefined();
  });
});
