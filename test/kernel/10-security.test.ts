import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { securityLab } from '../../labs/10-security/lab.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/10-security.js';
import { ABLATIONS_OF_LAYERS, SABOTAGES_OF_LAYERS } from './checks/10-security-layers.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { runAsOrdinaryUser } from './ordinary-user.js';
import { expectHeld, expectOrder, expectWellFormed, type Told, tellWithout, useLab } from './support.js';

const lab = useLab(securityLab);

describe('lab 10-security', () => {
  beforeEach((test) => needs(test, 'root'));

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('tries a call for each of thirty-one capabilities, and none of them is done for want of it', () => {
    const lines = lab.told
      .seen('table', /^capabilities for /)
      .flatMap(({ value }) => value?.split('\n').slice(1) ?? []);
    const rows = lines.map((line) => line.split(/ {2,}/));
    expect(Object.fromEntries(rows.map(([name, , without]) => [name, without]))).toEqual(refusals());
    expect(rows.filter(([, , , alone]) => alone !== 'done')).toEqual([['SYS_BOOT', 'reboot', 'EPERM', 'EINVAL']]);
  });

  it('asks for the clock without a time, and for an end without its magic numbers', () => {
    const harmless = lab.told.all('syscall').filter(({ name }) => ['settimeofday', 'reboot'].includes(name));
    expect([...new Set(harmless.map(({ text }) => text))]).toEqual([
      'reboot(0, 0, 0, NULL)',
      'settimeofday(NULL, NULL)',
    ]);
  });

  it('shows the way of a call through the filter, to the errno that the kernel gave', () => {
    const [way] = lab.told.seen('seccomp', /on its way/);
    expect(way?.value).toMatch(/number: \d+ unshare\n/);
    expect(way?.value?.split('\n').at(-1)).toMatch(/^ *\d+ {2}EPERM$/);
  });

  it('becomes what runc leaves of capabilities: execve takes CAP_SYS_ADMIN away', () => {
    const sets = lab.told
      .seen('user', /\/status$/)
      .map(({ when, value }) => [when, value?.match(/(?<=:\s0*)[1-9a-f]\w*|(?<=0{15})0/g)]);
    expect(sets).toEqual([
      ['before', ['a82425fb', 'a80425fb']],
      ['after', ['a80425fb', 'a80425fb']],
      ['before', ['200000', 'a80425fb']],
      ['after', ['0', 'a80425fb']],
    ]);
  });

  it('leaves no hierarchy of cgroups behind', () => {
    expect(readFileSync('/proc/self/cgroup', 'utf8')).not.toContain('tslabsec');
  });
});

/** What the kernel says without each capability (capabilities(7)). */
const REFUSALS = {
  ...{ CHOWN: 'EPERM', DAC_OVERRIDE: 'EACCES', DAC_READ_SEARCH: 'EACCES', FOWNER: 'EPERM', FSETID: 'no bit' },
  ...{ SETFCAP: 'EPERM', LEASE: 'EACCES', MKNOD: 'EPERM', SYS_CHROOT: 'EPERM', LINUX_IMMUTABLE: 'EPERM' },
  ...{ KILL: 'EPERM', SETGID: 'EPERM', SETUID: 'EPERM', SETPCAP: 'EPERM', SYS_PTRACE: 'EPERM', SYS_NICE: 'EACCES' },
  ...{ SYS_TTY_CONFIG: 'EPERM', IPC_LOCK: 'EPERM', IPC_OWNER: 'EACCES' },
  ...{ NET_BIND_SERVICE: 'EACCES', NET_ADMIN: 'EPERM', NET_RAW: 'EPERM', AUDIT_READ: 'EPERM' },
  ...{ SYS_ADMIN: 'EPERM', SYS_PACCT: 'EPERM', SYS_BOOT: 'EPERM', SYS_TIME: 'EPERM', SYSLOG: 'EPERM' },
  ...{ WAKE_ALARM: 'EPERM', PERFMON: 'EACCES', BPF: 'EPERM' },
};

/** Without CAP_PERFMON where another setting of this machine decides (kernel.perf_event_paranoid). */
function refusals(): object {
  const { PERFMON, ...others } = REFUSALS;
  return ['1\n', '2\n'].includes(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8')) ? REFUSALS : others;
}

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  capabilities: ['capabilities: its effective set', 'capabilities: the mount of the hierarchy'],
  'no-new-privs': ['no-new-privs: its effective uid, with no_new_privs'],
  seccomp: [
    'seccomp: unshare, with the filter: what its program says',
    'seccomp: clone3, with the filter',
    'seccomp: mode of seccomp: a filter',
  ],
  devices: ['devices: the disk, with rules'],
  ...ABLATIONS_OF_LAYERS,
};

describe('lab 10-security without', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(securityLab.skippable)(
    '%s fails the checks that depend on it, and leaves the machine alone',
    async (step) => {
      await tellWithout(step, lab, ABLATIONS[step] ?? []);
      expect(readFileSync('/proc/self/cgroup', 'utf8')).not.toContain('tslabsec');
    },
  );
});

eachCheckIsSeenToFail(lab, [...SABOTAGES, ...SABOTAGES_OF_LAYERS], ABLATIONS);

describe('lab 10-security, run by an ordinary user', () => {
  let told: Told;

  beforeEach((test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    told ??= runAsOrdinaryUser('labs/10-security/lab', 'securityLab');
  });

  it('holds, without what takes root', () => {
    expect(told.broken).toEqual([]);
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expectOrder(told, securityLab);
    expectWellFormed(told.events);
    const rootOnly = ['breakout', 'capabilities', 'table', 'user', 'no-new-privs', 'devices', 'handle', 'attacks'];
    expect(told.end.impossible).toEqual(rootOnly);
  });

  it('is told the reason of what is left out, and what would help', () => {
    const left = told.steps.filter(({ impossible }) => impossible);
    for (const { prose } of left) expect(prose).toMatch(/^Not possible here: .+ tslab doctor/);
  });
});
