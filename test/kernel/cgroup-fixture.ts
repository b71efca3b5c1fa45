import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { type Cgroups, openCgroups } from '../../src/cgroup/open.js';
import { findCgroups } from '../../src/cgroup/sweep.js';
import type { Controller } from '../../src/cgroup/types.js';

/** Directories below which a cgroup with the usual controllers is made: on v1 all but those of devices and of disks. */
export function usualBases({ bases }: Cgroups): string[] {
  return bases.filter((base) => !['blkio', 'devices'].includes(basename(base)));
}

/**
 * A cgroup of each test's own, with processes in it, and the proof afterwards that nothing of it is left.
 * The tests run unchanged on v1, hybrid and pure v2: what differs is asked of the cgroup, by role.
 */
export class OwnCgroup {
  readonly state = mkdtempSync(join(tmpdir(), 'tslab-cgroup-test-'));
  readonly children: ChildProcess[] = [];
  cgroups!: Cgroups;
  group!: Cgroup;

  /** Another cgroup, of whatever controllers. Its name has our pid, since other tests may run on this machine. */
  create(name: string, controllers?: Controller[]): Cgroup {
    return this.cgroups.create(`test-${name}-${process.pid}`, controllers);
  }

  /** Cgroups of this test that exist now, in whatever hierarchy. */
  existing(): string[] {
    return findCgroups().filter((path) => path.endsWith(`-${process.pid}`));
  }

  /** A shell in the cgroup (or another); it runs the script once it is in. */
  inside(script: string, into = this.group): ChildProcess {
    const child = spawn('sh', ['-c', `read go; ${script}`], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.children.push(child);
    into.attach(pidOf(child));
    child.stdin?.end('go\n');
    return child;
  }
}

/** Gives every test of the file a cgroup before it starts, and takes it back. */
export function eachWithItsOwn(): OwnCgroup {
  const own = new OwnCgroup();
  beforeAll(() => {
    process.env.TSLAB_STATE = own.state;
    own.cgroups = openCgroups();
  });
  beforeEach(() => {
    own.group = own.create('own');
  });
  afterEach(async () => {
    own.group.remove();
    await Promise.all(own.children.splice(0).map(ended));
    expect(own.existing()).toEqual([]);
  });
  afterAll(() => rmSync(own.state, { recursive: true }));
  return own;
}

export function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error(`${child.spawnfile} did not start`);
  return child.pid;
}

/** Exit status and signal. */
export async function ended(child: ChildProcess): Promise<[number | null, string | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}

/** CPU seconds that a cgroup uses in a second of wall time. */
export async function share(of: Cgroup, seconds: number): Promise<number> {
  const [usage, time] = [of.cpu().usage, performance.now()];
  await pause(seconds * 1000);
  return ((of.cpu().usage - usage) / (performance.now() - time)) * 1000;
}
