import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rootfsLab } from '../../labs/02-rootfs/lab.js';
import { mountAround, parseMountinfo, readMountinfo } from '../../src/procfs/mountinfo.js';
import { SABOTAGES } from './checks/02-rootfs.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { expectHeld, lookAtHost, type Told, tell, tellWithout, useLab } from './support.js';

const lab = useLab(rootfsLab);
const isRoot = process.geteuid?.() === 0;

describe('lab 02-rootfs', () => {
  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('gives a process another root by chroot, from which it breaks out, and by pivot_root, from which it does not', () => {
    const [ours, host] = [lab.root, '/'].map(inodeOf);
    const roots = ['chroot', 'breakout', 'breakout-again'].map((step) => rootSeen(step));
    expect(roots).toEqual([ours, host, ours]);
    expect(ours).not.toBe(host);
  });

  it('breaks out with the same three calls both times, and the kernel allows them', () => {
    const [first, second] = ['breakout', 'breakout-again'].map((step) => callsOf(step).slice(-3));
    expect(first).toEqual([
      'chroot("tmp") = 0',
      expect.stringMatching(/^chdir\("(\.\.\/)+"\) = 0$/),
      'chroot(".") = 0',
    ]);
    expect(second).toEqual(first);
  });

  it('lists the host in the breakout and only itself after pivot_root', () => {
    expect(lab.told.printed('breakout').trim().split(' ')).toEqual(topOf('/'));
    expect(lab.told.printed('breakout-again').trim().split(' ')).toEqual(topOf(lab.root));
  });

  it('shows a mount made inside outside while propagation is shared, and only inside when it is private', () => {
    expect(madeInside('shared')).toEqual([false, true, true]);
    expect(madeInside('private')).toEqual([false, false, true]);
  });

  it('shows pivot_root failing as the kernel fails it, in the trace', () => {
    const refusals = lab.told
      .all('syscall')
      .filter(({ step, name }) => step === 'pivot-einval' && name === 'pivot_root');
    const onRootMount = mountAround(readMountinfo(), lab.root).mountPoint === '/'; // that one is in use (pivot_root(2), EBUSY)
    expect(refusals.map(({ errno }) => errno)).toEqual([isRoot && onRootMount ? 'EBUSY' : 'EINVAL', 'EINVAL']);
    expect(refusals.map(({ by }) => by)).toEqual(['child', 'child']);
  });

  it('puts what a piece makes visible down to the call that made it', () => {
    const causes = ['mount-proc', 'mount-sys', 'mask'].map((step) => lab.told.seen(step, /./).at(-1)?.changedBy);
    expect(causes).toEqual(
      [/^mount\("proc"/, /^mount\("sysfs"/, /^mount ×3$/].map((one) => expect.stringMatching(one)),
    );
  });

  it('puts every entry of /dev down to a call that names it', () => {
    const after = lab.told.seen('mount-dev', /./).at(-1);
    const calls = lab.told.all('syscall').filter(({ step }) => step === 'mount-dev');
    const named = after?.causes?.flatMap((place) => calls[place]?.args) ?? [];
    const entries = after?.value?.split('\n')[0]?.split(' ') ?? [];
    expect(entries.filter((entry) => !named.includes(entry.slice(1)))).toEqual([]);
  });

  it('leaves no more than the mounts of the container in its table', () => {
    const [table] = lab.told.seen('table', /mountinfo$/);
    const mounts = parseMountinfo(table?.value ?? '');
    const fstypes = new Map(mounts.map(({ mountPoint, fstype }) => [mountPoint, fstype]));
    const expected = {
      '/proc': 'proc',
      '/sys': 'sysfs',
      '/dev': 'tmpfs',
      '/dev/pts': 'devpts',
      '/dev/mqueue': 'mqueue',
    };
    expect(Object.fromEntries(fstypes)).toMatchObject(expected);
    expect(mounts.filter(({ propagation }) => propagation.shared !== undefined)).toEqual([]);
    expect(mounts.find(({ mountPoint }) => mountPoint === '/sys')?.options).toContain('ro');
    expect(mounts.find(({ mountPoint }) => mountPoint === '/')?.root.endsWith('/root')).toBe(true);
  });

  it('leaves the host alone: mounts, cgroups, children, and the root filesystem that it used', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  private: ['private: a mount made inside stays inside'],
  'umount-old-root': [
    'umount-old-root: one mount is left: the root',
    'breakout-again: its root is still our directory',
    'table: mounts of the host that are in it',
  ],
  'mount-dev': [
    'mount-dev: with it, /dev/zero gives zeros',
    'mount-dev: /dev holds these and no disk',
    'mask: a masked file is empty', // nothing can hide it: there is no /dev/null
  ],
  'mount-proc': ['mount-proc: with it, only PID 1 is there', 'mask: a setting of the kernel cannot be written'],
  'mount-sys': ['mount-sys: it shows the links of the container', 'mount-sys: it is read-only'],
  mask: ['mask: a masked file is empty', 'mask: a setting of the kernel cannot be written'],
};

/** What leaks then, in what the lab shows. */
const LEAKS: Record<string, (leaky: Told) => void> = {
  private: (leaky) => expect(madeInside('private', leaky)).toEqual([false, true, true]),
  'umount-old-root': (leaky) => {
    expect(rootSeen('breakout-again', leaky)).toBe(inodeOf('/'));
    expect(leaky.printed('breakout-again').trim().split(' ')).toEqual(topOf('/'));
    const [table] = leaky.seen('umount-old-root', /mountinfo$/);
    expect(parseMountinfo(table?.value ?? '').length).toBeGreaterThan(readMountinfo().length);
  },
  'mount-dev': (leaky) => expect(answers('mount-dev', leaky)).toEqual(['/dev/*\n0', '/dev/*\n0']),
  'mount-proc': (leaky) => expect(answers('mount-proc', leaky)).toEqual(['/proc/[0-9]*', '/proc/[0-9]*']),
  'mount-sys': (leaky) => expect(answers('mount-sys', leaky)[1]).toMatch(/^\/sys\/class\/net\/\*\n/),
  mask: (leaky) => expect(answers('mask', leaky)[1]).toBe('9\nwritten'),
};

describe('lab 02-rootfs without', () => {
  it.each(rootfsLab.skippable)(
    '%s fails the checks that depend on it, shows the leak and stays clean',
    async (step) => {
      LEAKS[step]?.(await tellWithout(step, lab, ABLATIONS[step] ?? []));
    },
  );
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

it('does not change a setting of the kernel, even unmasked: it writes back what it read', async () => {
  const swappiness = () => readFileSync('/proc/sys/vm/swappiness', 'utf8');
  const value = swappiness();
  await tell(rootfsLab, ['mask']);
  expect(swappiness()).toBe(value);
});

function inodeOf(path: string): string {
  const { dev, ino } = statSync(path);
  return `device ${dev}, inode ${ino}`;
}

/** What a shell prints for `/*`, one name each. */
function topOf(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
  return names.sort().map((name) => `/${name}`);
}

/** What the host saw at the root of the process of a step. */
function rootSeen(step: string, told = lab.told): string | null | undefined {
  return told.seen(step, /\/root$/).at(-1)?.value;
}

/** The calls of a step as C would have them, without those that only tidy up. */
function callsOf(step: string): string[] {
  const calls = lab.told
    .all('syscall')
    .filter((call) => call.step === step && call.by === 'child' && !call.housekeeping);
  return calls.filter(({ name }) => name !== 'execve').map(({ text, result }) => `${text} = ${result}`);
}

/** Whether the mount is seen outside before, outside after, inside after. */
function madeInside(step: string, told = lab.told): boolean[] {
  return told.seen(step, /mountinfo$/).map(({ value }) => value?.includes('made-inside') ?? false);
}

/** What the container of a step said before and after. */
function answers(step: string, told: Told): (string | null)[] {
  return told.seen(step, /./).map(({ value }) => value);
}
