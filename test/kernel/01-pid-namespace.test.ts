import { describe, expect, it } from 'vitest';
import { pidNamespaceLab } from '../../labs/01-pid-namespace/lab.js';
import { readNamespace } from '../../src/procfs/namespaces.js';
import { readProcess } from '../../src/procfs/processes.js';
import { SABOTAGES } from './checks/01-pid-namespace.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { expectHeld, lookAtHost, type Told, tell, tellWithout, useLab } from './support.js';

const lab = useLab(pidNamespaceLab);

describe('lab 01-pid-namespace', () => {
  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('shows processes with one, two and three pids, the last of which is 1', () => {
    expect(pidsSeen('clone')).toEqual([[expect.any(Number)]]);
    expect(pidsSeen('clone-newpid')).toEqual([[expect.any(Number), 1]]);
    expect(pidsSeen('nested').map((pids) => pids.length)).toEqual([2, 3]);
    expect(pidsSeen('nested').map((pids) => pids.at(-1))).toEqual([1, 1]);
  });

  it('names the first pid as the host does: it is in the path, and what clone() returned', () => {
    const [seen] = lab.told.seen('clone-newpid', /status$/);
    const cloned = lab.told.all('syscall').find(({ step, name }) => step === 'clone-newpid' && name === 'clone');
    expect(seen?.path).toBe(`/proc/${cloned?.result}/status`);
    expect(pidsSeen('clone-newpid')[0]?.[0]).toBe(cloned?.result);
  });

  it('shows the namespace of the host, and another', () => {
    const [host, child] = lab.told.seen('clone-newpid', /ns\/pid$/).map(({ value }) => value);
    expect(host).toBe(`pid:[${readNamespace('self', 'pid')}]`);
    expect(child).not.toBe(host);
  });

  it('lists the processes of the host from inside until /proc is mounted anew', () => {
    const init = readProcess(1)?.comm ?? '';
    expect(lab.told.printed('old-proc')).toContain(init);
    expect(lab.told.printed('mount-proc').trim().split('\n')).toHaveLength(3); // a heading, sh, ps
  });

  it('shows an orphan that becomes a zombie, without memory, and one that an init collects', () => {
    expect(endsOfOrphans(lab.told)).toEqual([ZOMBIE, null]);
    expect(lab.told.printed('zombies')).toMatch(/^ *\d+ +1 +Z\S* +sleep/m);
  });

  it('leaves the orphan to PID 1 in both cases: the one of the second is no shell, but the init in a nameless file', () => {
    const before = lab.told.seen('zombies', /status$/).filter(({ when }) => when === 'before');
    const parents = before.map(({ value }) => Number(/^PPid:\s+(\d+)/m.exec(value ?? '')?.[1]));
    const made = lab.told.all('syscall').filter(({ step }) => step === 'zombies');
    const containers = made.filter(({ name, text }) => name === 'clone' && text.includes('CLONE_NEWPID'));
    expect(parents).toEqual(containers.map(({ result }) => result));
    expect(
      made.filter(({ name, housekeeping }) => name === 'execveat' && !housekeeping).map(({ text }) => text),
    ).toEqual([expect.stringContaining('["tslab-init", "/bin/sh", ""')]);
  });

  it('makes the calls that it explains', () => {
    const made = lab.told.all('syscall').map(({ step, text }) => `${step} ${text}`);
    expect(made).toContain('mount-proc mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)');
    expect(made.some((call) => /^clone-newpid clone\(.*CLONE_NEWPID/.test(call))).toBe(true);
    expect(made.some((call) => /^unshare unshare\(CLONE_NEWPID\)/.test(call))).toBe(true);
  });

  it('leaves the host alone: mounts, cgroups, children, and the root filesystem that it used', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  'clone-newpid': [
    'clone-newpid: inside, the child is PID 1',
    'clone-newpid: the host knows both its pids',
    'clone-newpid: its pid namespace is not the host’s',
  ],
  'mount-proc': ['mount-proc: ps inside sees the container and nothing else'],
  nested: ['nested: one process, three pids'],
  zombies: ['zombies: zombies left with an init that waits'],
  unshare: ['unshare: its next child is PID 1'],
};

/** What leaks then, in what the lab shows. */
const LEAKS: Record<string, (leaky: Told) => void> = {
  'clone-newpid': (leaky) => {
    expect(pidsSeen('clone-newpid', leaky)).toEqual([[expect.any(Number)]]);
    const [host, child] = leaky.seen('clone-newpid', /ns\/pid$/);
    expect(child?.value).toBe(host?.value);
  },
  'mount-proc': (leaky) => expect(leaky.printed('mount-proc')).toContain(readProcess(1)?.comm),
  nested: (leaky) => expect(pidsSeen('nested', leaky).at(-1)).toEqual([expect.any(Number), 2]),
  zombies: (leaky) => {
    expect(endsOfOrphans(leaky)).toEqual([ZOMBIE, ZOMBIE]);
    const { actual } = leaky.checks.find(({ step, held }) => step === 'zombies' && !held) ?? {};
    expect(`/proc/${actual}`).toBe(
      `${leaky
        .seen('zombies', /status$/)
        .at(-1)
        ?.path.replace('/status', '')} sleep`,
    );
  },
  unshare: (leaky) => {
    const [own, forChildren] = leaky.seen('unshare', /ns\/pid/).map(({ value }) => value);
    expect(forChildren).toBe(own);
    expect(leaky.printed('unshare')).toMatch(/my child is PID \d{2,}/);
  },
};

describe('lab 01-pid-namespace without', () => {
  it.each(pidNamespaceLab.skippable)(
    '%s fails the checks that depend on it, shows the leak and stays clean',
    async (step) => {
      LEAKS[step]?.(await tellWithout(step, lab, ABLATIONS[step] ?? []));
    },
  );

  it('a step that it does not have refuses, and lists what it takes', async () => {
    const refused = expect.objectContaining({ status: 2, remedy: expect.stringContaining('clone-newpid, mount-proc') });
    await expect(tell(pidNamespaceLab, ['nothing'])).rejects.toEqual(refused);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

const ZOMBIE = expect.stringMatching(/^State:\tZ \(zombie\)\nPPid:\t\d+$/);

/** What the status of each orphan of the step says after it was killed; null where it has none any more. */
function endsOfOrphans(told: Told): (string | null)[] {
  const after = told.seen('zombies', /status$/).filter(({ when }) => when === 'after');
  return after.map(({ value }) => value);
}

/** The pids in the NSpid lines that a step shows, the host's first. */
function pidsSeen(step: string, told = lab.told): number[][] {
  return told.seen(step, /\/status$/).map(({ value }) => (value ?? '').split(/\s+/).slice(1).map(Number));
}
