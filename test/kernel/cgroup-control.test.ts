import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { controllerMounts, readProcCgroup } from '../../src/procfs/cgroups.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';

import { eachWithItsOwn, ended, share } from './cgroup-fixture.js';

const own = eachWithItsOwn();

describe('freezing', () => {
  it('stops progress, and thawing lets it go on', async () => {
    own.inside('while :; do :; done');
    expect(await share(own.group, 0.3)).toBeGreaterThan(0);
    own.group.freeze();
    expect(await share(own.group, 0.3)).toBe(0);
    own.group.thaw();
    expect(await share(own.group, 0.3)).toBeGreaterThan(0);
  });

  it('reaches processes that are just being forked', async () => {
    const forking = 'while :; do env; env; env; done >/dev/null';
    own.inside(`${forking} & ${forking} & ${forking}`);
    // That a request is missed is a fault of v1's freezer; for v2, which is tested in an emulated machine, a few rounds must do.
    const rounds = own.cgroups.layout === 'v2' ? 50 : 300;
    for (let round = 0; round < rounds; round++) {
      await pause(round % 5);
      own.group.freeze();
      own.group.thaw();
    }
  });
});

describe('killing', () => {
  it('ends even what forks a successor and is gone before its pid can be read', async () => {
    // Each lives for a millisecond; 5000 generations, so that a test that fails does not run for ever.
    const rabbit = 'n=$((n + 1)); [ $n -lt 5000 ] && sh -c "$S" &';
    own.inside(`export n=0 S='${rabbit}'; sh -c "$S"; sleep 100`);
    await pause(300);
    const seen = own.group.procs();
    await expect.poll(() => own.group.procs(), { timeout: 10_000 }).not.toEqual(seen);
    own.group.killAll();
    await pause(50);
    expect(own.group.procs()).toEqual([]);
  });

  it('ends what is frozen', async () => {
    const child = own.inside('sleep 100');
    own.group.freeze();
    own.group.killAll();
    expect(await ended(child)).toEqual([null, 'SIGKILL']);
  });

  it('refuses to end tslab itself', () => {
    const home = ownCgroups();
    own.group.attach(process.pid);
    try {
      expect(() => own.group.killAll()).toThrow(`tslab itself (pid ${process.pid})`);
    } finally {
      for (const directory of home) writeFileSync(join(directory, 'cgroup.procs'), `${process.pid}`);
    }
  });
});

/** The directories of our own cgroups in the hierarchies that the test's cgroup has. */
function ownCgroups(): string[] {
  const mounts = readMountinfo('self');
  const v1 = controllerMounts(mounts);
  const v2 = mounts.find(({ fstype }) => fstype === 'cgroup2')?.mountPoint;
  return readProcCgroup('self').flatMap(({ controllers, path }) => {
    const mountPoint = controllers.length > 0 ? v1.get(controllers[0] ?? '') : v2;
    return mountPoint ? [join(mountPoint, path)] : [];
  });
}
