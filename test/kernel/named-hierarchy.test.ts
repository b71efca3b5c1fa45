import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { CHILD, mountHierarchy, removeHierarchy } from '../../src/cgroup/v1/named-hierarchy.js';
import { knowLeftovers } from '../../src/cli/leftovers.js';
import { exitGroup, mkdir, mount } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS, MS_PRIVATE, MS_REC } from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { undo } from '../../src/state/ledger/sweep.js';
import { needs } from '../support/needs.js';

const NAME = `tslabsec-test-${process.pid}`;

describe('a hierarchy of cgroups with a cgroup in it', () => {
  beforeEach((test) => needs(test, 'root'));

  it('outlives the process that made it, and its mounts, and is removed by its name', async () => {
    await make();
    expect(hierarchies()).toContain(`:name=${NAME}:`);
    await Promise.all(removeHierarchy(NAME).map(({ exited }) => exited));
    expect(hierarchies()).not.toContain(NAME);
    expect(removeHierarchy(NAME)).toEqual([]);
  });

  it('is removed by the sweep that comes after a SIGKILL', async () => {
    await make();
    knowLeftovers();
    expect(undo({ kind: 'hierarchy', name: NAME })).toEqual({ kind: 'hierarchy', name: NAME });
    expect(hierarchies()).not.toContain(NAME);
  });
});

async function make(): Promise<void> {
  const place = [mount(null, '/', null, MS_REC | MS_PRIVATE, null), mountHierarchy(NAME, '/tmp')];
  const calls = [...place, mkdir(`/tmp/${CHILD}`, 0o755), exitGroup(0)];
  await start({ namespaces: CLONE_NEWNS, calls }).exited;
}

function hierarchies(): string {
  return readFileSync('/proc/self/cgroup', 'utf8');
}
