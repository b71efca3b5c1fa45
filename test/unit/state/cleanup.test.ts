import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanup, registerFinder } from '../../../src/state/ledger/cleanup.js';
import { remember } from '../../../src/state/ledger/ledger.js';
import type { Entry } from '../../../src/state/ledger/ledger-file.js';
import { registerUndo } from '../../../src/state/ledger/sweep.js';
import { makeTemporary } from '../../../src/state/temporary.js';
import { deadOwner, useTemporaryState } from './temporary-state.js';

const state = useTemporaryState();

it('finds the temporary directories of the dead, even where their ledger is lost', async () => {
  const orphans = [
    join(state(), `.tmp-${await deadOwner()}-1`),
    join(state(), 'rootfs', `.tmp-${await deadOwner()}-2`),
  ];
  mkdirSync(join(state(), 'rootfs'));
  for (const orphan of orphans) mkdirSync(orphan);
  const mine = makeTemporary(state());
  const { swept, found } = cleanup();
  expect(swept).toEqual([]);
  expect(found.map(({ name, problem }) => [name, problem])).toEqual(orphans.map((orphan) => [orphan, undefined]));
  expect(orphans.filter(existsSync)).toEqual([]);
  expect(existsSync(mine)).toBe(true);
});

it('removes what finders find, but not what a live owner uses, above it, or below it', () => {
  const things: Entry[] = ['/c', '/c/live', '/c/live/deep', '/c/lively', '/d'].map((name) => ({
    kind: 'cgroup',
    name,
  }));
  const removed: string[] = [];
  registerFinder(() => things);
  registerUndo('cgroup', (name) => {
    removed.push(name);
  });
  remember('cgroup', '/c/live');
  expect(cleanup().found.map(({ name }) => name)).toEqual(['/c/lively', '/d']);
  expect(removed).toEqual(['/c/lively', '/d']);
});

it('proves by snapshots that the host is as it was', async () => {
  const { before, after, changes } = cleanup();
  expect(before.mount.size).toBeGreaterThan(0);
  expect([...after.mount]).toEqual([...before.mount]);
  expect(changes.filter(({ what }) => what !== 'process' && what !== 'cgroup')).toEqual([]);
});
