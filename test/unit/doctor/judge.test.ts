import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/doctor/facts.js';
import { judge } from '../../../src/doctor/judge.js';
import type { Problem } from '../../../src/doctor/report.js';
import * as machines from './machines.js';

const { HYBRID_ROOT, V2_USER, UBUNTU_USER, DOCKER, refusal } = machines;

const PID = '01-pid-namespace';
const ROOTFS = '02-rootfs';
const CGROUPS = '03-cgroups';

/** Of the three labs that differ most in what they want. */
function verdicts(facts: Facts): string[] {
  return [PID, ROOTFS, CGROUPS].map((lab) => `${lab.slice(0, 2)} ${verdictOn(facts, lab)}`);
}

function verdictOn(facts: Facts, lab: string): string | undefined {
  return judge(facts).labs.find(({ id }) => id === lab)?.verdict;
}

/** The labs with another verdict than this one. */
function othersThan(verdict: string, facts: Facts): string[] {
  return judge(facts).labs.flatMap((lab) => (lab.verdict === verdict ? [] : `${lab.id} ${lab.verdict}`));
}

function problems(facts: Facts, lab: string): readonly Problem[] {
  return judge(facts).labs.find(({ id }) => id === lab)?.problems ?? [];
}

/** The only problem of a lab. */
function problem(facts: Facts, lab: string): Problem {
  const [first, ...more] = problems(facts, lab);
  if (!first || more.length > 0) throw new Error(`one problem was expected, not ${JSON.stringify([first, ...more])}`);
  return first;
}

describe('the verdict', () => {
  it('is good for root of an ordinary machine, whatever the layout of its cgroups', () => {
    for (const facts of [HYBRID_ROOT, machines.V2_ROOT, machines.WSL2]) {
      expect(judge(facts)).toMatchObject({ ok: true });
      expect(othersThan('can run', facts)).toEqual([]);
    }
  });

  it('for an ordinary user is that root is needed for device nodes and for cgroups of v1', () => {
    expect(verdicts(machines.HYBRID_USER)).toEqual(['01 can run', '02 can run partly', '03 cannot']);
    expect(problem(machines.HYBRID_USER, ROOTFS)).toMatchObject({
      evidence: [expect.stringMatching(/^mknodat\(.* = EPERM$/)],
      without: [expect.stringContaining('bind mounts')],
      remedies: ['sudo tslab 02-rootfs'],
    });
    expect(problem(machines.HYBRID_USER, CGROUPS).remedies).toEqual(['sudo tslab 03-cgroups']);
  });

  it('for an ordinary user is that lab 04 leaves out the step that writes trusted.* attributes, and why', () => {
    expect(problem(V2_USER, '04-overlay')).toMatchObject({
      why: expect.stringMatching(/trusted\.\*.*userxattr.*redirect_dir/),
      blocks: false,
      without: ['the step redirect is left out'],
      remedies: ['sudo tslab 04-overlay'],
    });
  });

  it('is not ok where one lab can run only partly', () => {
    const facts = { ...HYBRID_ROOT, cgroups: { ...HYBRID_ROOT.cgroups, controllers: ['cpuacct', 'freezer'] as const } };
    expect(judge(facts).ok).toBe(false);
    expect(verdictOn(facts, CGROUPS)).toBe('can run partly');
  });

  it('is that root cannot do without device nodes: only for ordinary users there are bind mounts', () => {
    const facts = { ...HYBRID_ROOT, trials: { ...HYBRID_ROOT.trials, mknod: machines.HYBRID_USER.trials.mknod } };
    expect(verdicts(facts)).toEqual(['01 can run', '02 cannot', '03 can run']);
  });

  it('is that one CPU is too few for a choice of CPUs', () => {
    const facts = { ...HYBRID_ROOT, cpus: 1 };
    expect(verdictOn(facts, CGROUPS)).toBe('can run partly');
    expect(problem(facts, CGROUPS).without).toEqual(['the step cpuset is left out']);
  });

  it('does not depend on user namespaces for root, but for the lab about them', () => {
    const trials = { ...HYBRID_ROOT.trials, user: refusal('clone', 'EPERM', 'clone(CLONE_NEWUSER) = EPERM') };
    const cannot = judge({ ...HYBRID_ROOT, trials }).labs.filter(({ verdict }) => verdict === 'cannot');
    expect(cannot.map(({ id }) => id)).toEqual(['09-users']);
    expect(othersThan('cannot', { ...V2_USER, trials })).toEqual([]);
  });

  it('tells where the state cannot be kept, and how to put it elsewhere', () => {
    const refused = {
      message: 'The state of tslab cannot be kept in /x: EACCES.',
      remedy: 'TSLAB_STATE=DIR tslab ...',
    };
    const facts = { ...HYBRID_ROOT, state: { path: '/x', refused, trials: null, elsewhere: null } };
    expect(othersThan('cannot', facts)).toEqual([]);
    expect(problem(facts, PID)).toMatchObject({ why: refused.message, remedies: [refused.remedy] });
  });
});

describe('on Ubuntu 24.04', () => {
  it('blames AppArmor once for all that it forbids, and gives the command that lifts it', () => {
    const found = problem(UBUNTU_USER, ROOTFS);
    expect(found.why).toContain('AppArmor');
    expect(found.evidence).toEqual(['chroot("/") = EPERM']);
    expect(found.remedies).toEqual([
      'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
      'sudo tslab 02-rootfs',
    ]);
  });

  it('lets what worked count for more than what the switch says', () => {
    const profiled = { ...UBUNTU_USER, trials: V2_USER.trials };
    expect(verdictOn(profiled, PID)).toBe('can run');
  });
});

describe('on pure cgroup v2', () => {
  it('has systemd delegate a cgroup to an ordinary user', () => {
    expect(problem(V2_USER, CGROUPS)).toMatchObject({
      blocks: true,
      remedies: ['systemd-run --user --scope -p Delegate=yes tslab 03-cgroups', 'sudo tslab 03-cgroups'],
    });
  });

  it('does not send a user to systemd where it does not run', () => {
    expect(problem({ ...V2_USER, systemd: false }, CGROUPS).remedies).toEqual(['sudo tslab 03-cgroups']);
  });

  it('never repeats how the doctor was called, as the error of a lab does', () => {
    const refused = { reason: 'not delegated', message: 'No.', remedy: 'sudo tslab doctor --plain' } as const;
    for (const facts of [V2_USER, { ...V2_USER, container: DOCKER.container }, machines.HYBRID_USER]) {
      const found = problem({ ...facts, cgroups: { ...facts.cgroups, refused } }, CGROUPS);
      expect(found.remedies.at(-1)).toBe('sudo tslab 03-cgroups');
    }
  });

  it('sends a user in a container that holds things back out of it', () => {
    const facts = { ...V2_USER, container: DOCKER.container, seccomp: 2 };
    expect(problem(facts, CGROUPS).remedies).toEqual(['docker run --privileged --user 0 -it IMAGE']);
  });

  it('names what is left out where a controller is not delegated', () => {
    const found = problem(machines.V2_DELEGATED, CGROUPS);
    expect(found).toMatchObject({ blocks: false, without: ['the step cpuset is left out'] });
    expect(found.remedies.join('\n')).toContain('Delegate=cpu cpuset memory pids');
  });
});

describe('in a container without privileges', () => {
  it('tells what holds it back, and how to start one that may', () => {
    expect(othersThan('cannot', DOCKER)).toEqual([]);
    const found = problem(DOCKER, PID);
    expect(found.why).toMatch(/CAP_SYS_ADMIN.*seccomp.*docker-default/);
    expect(found.remedies).toEqual(['docker run --privileged -it IMAGE']);
  });

  it('tells that /proc is hidden where only that is in the way', () => {
    const proc = refusal('mount', 'EPERM', 'mount("proc", "/proc", "proc", MS_NOSUID, NULL) = EPERM');
    const podman: Facts = {
      ...V2_USER,
      container: { kind: 'podman', evidence: '/run/.containerenv' },
      hiddenProc: ['/proc/kcore'],
      trials: { ...V2_USER.trials, proc },
    };
    expect(problem(podman, PID).why).toContain('/proc/kcore');
    expect(problem(podman, PID).remedies).toEqual(['podman run --privileged --user 0 -it IMAGE']);
  });

  it('does not blame a container that holds nothing back', () => {
    const pid = refusal('clone', 'EPERM', 'clone(CLONE_NEWPID) = EPERM');
    expect(problem({ ...HYBRID_ROOT, trials: { ...HYBRID_ROOT.trials, pid } }, PID).why).not.toContain('container');
  });
});

describe('the kernel', () => {
  it('is too old before 5.11, which is told with its version', () => {
    const found = problem(machines.LINUX_5_4, PID);
    expect(found.why).toContain('5.11');
    expect(found.why).toContain('5.4.0-196-generic');
    expect(found.evidence).toEqual(['close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) = ENOSYS']);
  });

  it('is none under WSL1, which is the one cause of everything', () => {
    expect(problem(machines.WSL1, ROOTFS)).toMatchObject({ blocks: true, why: expect.stringContaining('WSL1') });
    expect(problem(machines.WSL1, ROOTFS).remedies[0]).toContain('wsl --set-version');
  });

  it('may be of an architecture that tslab has no machine code for', () => {
    const nothing = { call: 'clone', errno: null, said: 'Error: this machine is riscv64' };
    const found = problem({ ...V2_USER, arch: 'riscv64', trials: machines.everything(nothing) }, PID);
    expect(found.why).toContain('riscv64');
  });

  it('may have been told to allow no namespaces', () => {
    const user = refusal('clone', 'ENOSPC', 'clone(CLONE_NEWUSER|CLONE_NEWPID) = ENOSPC');
    const sysctls = { ...V2_USER.sysctls, 'user.max_user_namespaces': 0 };
    const facts = { ...V2_USER, sysctls, trials: machines.everything(user) };
    expect(problem(facts, ROOTFS).remedies[0]).toBe('sudo sysctl -w user.max_user_namespaces=15000');
  });

  it('may leave user namespaces to root, as Debian 10 does', () => {
    const user = refusal('clone', 'EPERM', 'clone(CLONE_NEWUSER) = EPERM');
    const sysctls = { ...V2_USER.sysctls, 'kernel.unprivileged_userns_clone': 0 };
    const facts = { ...V2_USER, sysctls, trials: { ...V2_USER.trials, user } };
    expect(problem(facts, PID).remedies).toEqual([
      'sudo sysctl -w kernel.unprivileged_userns_clone=1',
      `sudo tslab ${PID}`,
    ]);
  });

  it('may have a v1 controller that is mounted nowhere', () => {
    const controllers = HYBRID_ROOT.cgroups.controllers.filter((one) => one !== 'cpuset');
    const found = problem({ ...HYBRID_ROOT, cgroups: { ...HYBRID_ROOT.cgroups, controllers } }, CGROUPS);
    expect(found.remedies[0]).toContain('mount -t cgroup -o cpuset cgroup /sys/fs/cgroup/cpuset');
  });

  it('is quoted where nobody knows why it refuses', () => {
    const pid = refusal('clone', 'EAGAIN', 'clone(CLONE_NEWPID) = EAGAIN');
    const found = problem({ ...V2_USER, trials: { ...V2_USER.trials, pid } }, PID);
    expect(found).toMatchObject({ why: expect.stringContaining('RLIMIT_NPROC'), evidence: [pid.said] });
  });
});

describe('the report', () => {
  it.each(Object.keys(machines.MACHINES))('survives JSON as it is (%s)', (name) => {
    const report = judge(machines.MACHINES[name] as Facts);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it.each(Object.keys(machines.MACHINES))('gives a way out of each problem (%s)', (name) => {
    const { labs } = judge(machines.MACHINES[name] as Facts);
    for (const { why, remedies } of labs.flatMap((lab) => lab.problems)) expect(remedies, why).not.toEqual([]);
  });
});
