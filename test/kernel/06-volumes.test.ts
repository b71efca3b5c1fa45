import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { volumesLab } from '../../labs/06-volumes/lab.js';
import { call } from '../../src/kernel/call.js';
import { mknod } from '../../src/kernel/calls/index.js';
import { S_IFCHR } from '../../src/kernel/constants.js';
import { parseMountinfo } from '../../src/procfs/mountinfo.js';
import { stateDirectory } from '../../src/state/directories.js';
import { copyUp } from '../../src/volume/copy-up.js';
import { ensureVolume, removeVolume } from '../../src/volume/volumes.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/06-volumes.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { expectHeld, lookAtHost, type Told, tellWithout, useLab } from './support.js';

const lab = useLab(volumesLab);

describe('lab 06-volumes', () => {
  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('shows a file that a container wrote to the host, and one of the host in the container', () => {
    expect(lastSeen('bind', /^\/.*\/shared\/answer$/)).toBe('from the container');
    expect(lastSeen('bind', /^\/data\/letter$/)).toBe('from the host');
  });

  it('shows the directory as what it is: the same inode by two paths', () => {
    const [outside, inside] = lab.told.seen('bind', /(shared|^\/data)$/).map(({ value }) => value);
    expect(outside).toMatch(/^device \d+, inode \d+$/);
    expect(inside).toBe(outside);
  });

  it('shows in mountinfo which part of the filesystem is mounted, and nowhere that it is a bind mount', () => {
    const [line] = tableOf('root-field');
    expect(line?.root.endsWith('/shared')).toBe(true);
    expect([line?.fstype, line?.source]).not.toContain('bind');
  });

  it('makes a mount read-only and leaves the filesystem alone, with what is mounted below or without', () => {
    const flags = (step: string) => tableOf(step).map(({ options }) => options[0]);
    expect(flags('read-only')).toEqual(['rw']);
    expect(flags('remount')).toEqual(['ro', 'rw']);
    expect(flags('setattr')).toEqual(['ro', 'ro']);
    expect(tableOf('setattr').map(({ superOptions }) => superOptions[0])).toEqual(['rw', 'rw']);
    expect(causeOf('setattr', lab.told)).toMatch(/^mount_setattr/);
  });

  it('sets the flag before anybody can see the mount', () => {
    expect(namesOfCalls('setattr').slice(-5)).toEqual(['mount_setattr', 'openat2', 'move_mount', 'close', 'close']);
  });

  it('makes peers, slaves and strangers of the mounts of host and container', () => {
    expect(propagation('rprivate')).toEqual({ shared: undefined, master: undefined });
    expect(propagation('rslave')).toEqual({ shared: undefined, master: expect.any(Number) });
    expect(propagation('rshared')).toEqual({ shared: expect.any(Number), master: undefined });
  });

  it('shows the naive way making a directory where the image’s link leads, and the others not', () => {
    const victims = ['naive-target', 'after-pivot', 'openat2'].map((step) => lastSeen(step, /^ls .*\/etc$/));
    expect(victims).toEqual(['volume', 'nothing', 'nothing']);
  });

  it('leaves the host alone: mounts, cgroups, children, and the root filesystem that it used', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
  });

  it('leaves nothing in the state directory: no volume, no container, no entry in the ledger', () => {
    expect(leftInState()).toEqual([]);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  bind: [
    'bind: what the container writes is read outside',
    'bind: what the host writes is read inside',
    'bind: both are the same directory',
  ],
  remount: ['remount: with a second call it is read-only'],
  setattr: ['setattr: one call makes it read-only', 'setattr: and all that is mounted below it'],
  file: [
    'file: a mount point cannot be replaced from inside',
    'file: what the host adds to the file is read inside',
    'file: a file that the host replaces stays the old one inside',
  ],
  tmpfs: ['tmpfs: more than its size does not fit', 'tmpfs: what fits is there', 'tmpfs: what of it is on the disk'],
  named: ['named: the next container has what the first one wrote'],
  rprivate: ['rprivate: a later mount of the host is not seen inside', 'rprivate: nor is one of the container outside'],
  rslave: ['rslave: one of the container is not seen outside'],
  openat2: ['openat2: in the host’s directory there is', 'openat2: the volume is where the link leads inside'],
};

/** What leaks then, in what the lab shows. */
const LEAKS: Record<string, (leaky: Told) => void> = {
  bind: (leaky) => {
    expect(lastSeen('bind', /shared\/answer$/, leaky)).toBeNull();
    expect(leaky.checks.find(({ step }) => step === 'bind')?.actual).toBe('not there');
  },
  remount: (leaky) => expect(tableOf('remount', leaky).map(({ options }) => options[0])).toEqual(['rw', 'rw']),
  setattr: (leaky) => {
    expect(tableOf('setattr', leaky).map(({ options }) => options[0])).toEqual(['rw', 'rw']);
    expect(causeOf('setattr', leaky)).toMatch(/^move_mount/);
  },
  file: (leaky) => expect(lastSeen('file', /^\/etc\/hosts$/, leaky)).toBe('10.0.0.9 other'),
  tmpfs: (leaky) => {
    expect(lastSeen('tmpfs', /^ls .*\/scratch$/, leaky)).toBe('file');
    expect(causeOf('tmpfs', leaky)).toBeUndefined();
  },
  named: (leaky) => expect(leaky.printed('named')).toContain('no such file'),
  rprivate: (leaky) => expect(propagation('rprivate', leaky).shared).toEqual(expect.any(Number)),
  rslave: (leaky) => expect(propagation('rslave', leaky).shared).toEqual(expect.any(Number)),
  openat2: (leaky) => expect(lastSeen('openat2', /^ls .*\/etc$/, leaky)).toBe('volume'),
};

describe('lab 06-volumes without', () => {
  it.each(volumesLab.skippable)(
    '%s fails the checks that depend on it, shows the leak and stays clean',
    async (step) => {
      LEAKS[step]?.(await tellWithout(step, lab, ABLATIONS[step] ?? []));
      expect(leftInState()).toEqual([]);
    },
  );
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('a volume', () => {
  it('is not filled with what an upper layer of the image has deleted', (test) => {
    needs(test, 'root');
    const [top, bottom] = ['top', 'bottom'].map((name) => join(stateDirectory(name), 'data')) as [string, string];
    for (const directory of [top, bottom]) mkdirSync(directory);
    for (const name of ['kept', 'deleted']) writeFileSync(join(bottom, name), '');
    call(mknod(join(top, 'deleted'), S_IFCHR)); // as overlayfs deletes: a whiteout
    const { source } = ensureVolume('filled');
    copyUp([stateDirectory('top'), stateDirectory('bottom')], '/data', source);
    expect(readdirSync(source)).toEqual(['kept']);
    removeVolume('filled', () => []);
  });
});

/** The last thing that was seen of a path in a step. */
function lastSeen(step: string, path: RegExp, told = lab.told): string | null | undefined {
  return told.seen(step, path).at(-1)?.value;
}

/** The lines of the container's mount table that a step has shown. */
function tableOf(step: string, told = lab.told) {
  return parseMountinfo(`${lastSeen(step, /mountinfo$/, told)}\n`);
}

/** The call that the container's mount table is put down to. */
function causeOf(step: string, told: Told): string | undefined {
  return told.seen(step, /mountinfo$/)[0]?.changedBy;
}

/** How the container's volume hears of later mounts. */
function propagation(step: string, told = lab.told) {
  const volume = tableOf(step, told).find(({ mountPoint }) => mountPoint === '/data');
  return { shared: volume?.propagation.shared, master: volume?.propagation.master };
}

function namesOfCalls(step: string): string[] {
  const calls = lab.told.all('syscall').filter((call) => call.step === step && !call.housekeeping);
  return calls.filter(({ by, name }) => by === 'child' && name !== 'execve').map(({ name }) => name);
}

/** What is in the state directory besides the root filesystem and empty directories. */
function leftInState(): string[] {
  const all = readdirSync(stateDirectory(), { recursive: true }) as string[];
  return all.filter((path) => !/^(rootfs|top|bottom)(\/|$)|^(volumes|ledger|run|events\.jsonl)$|\.lock$/.test(path));
}
