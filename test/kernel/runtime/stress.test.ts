import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';
import { leftOf } from './leftovers.js';

/** TSLAB_STRESS=200 is the whole of it; so many take a minute and more where there are only two CPUs. */
const COUNT = Number(process.env.TSLAB_STRESS ?? 40);
const LOOPS = 8;

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe.skipIf(!isRoot)(`${COUNT} containers at once (skipped without root: it makes cgroups)`, () => {
  let ids: string[] = [];

  it(`are started from ${LOOPS} concurrent loops, each whole, with an id and a name of its own`, async () => {
    const printed = await inLoops(range(COUNT), () => tslab('run', '-d', 'busybox', 'sleep', '1000'));
    ids = printed.map((line) => line.trim());
    expect(new Set(ids).size).toBe(COUNT);
    expect(output('ps', '-q', '--no-trunc').trim().split('\n').sort()).toEqual([...ids].sort());
    const containers = ids.map(findContainer);
    expect(new Set(containers.map(({ config }) => config.name)).size).toBe(COUNT);
    expect(readdirSync(join(state(), 'names')).length).toBe(COUNT + 1); // its lock
    for (const { config, state } of containers) {
      expect(state).toMatchObject({ status: 'running', error: '' });
      expect(isAlive(state.init.pid, state.init.startTime)).toBe(true);
      expect(openCgroups().find(config.id)?.procs()).toEqual([state.init.pid]);
    }
  }, 600_000);

  it('belong to one supervisor', () => {
    const owners = listContainers(() => {}).map(({ state }) => state.owner.pid);
    expect(new Set(owners).size).toBe(1);
  });

  it('are stopped and removed from as many loops, and leave nothing', async () => {
    const [stopped, killed] = [ids.slice(0, COUNT / 2), ids.slice(COUNT / 2)];
    await inLoops(stopped, (id) => tslab('stop', '-t', '0', id));
    for (const { state, config } of stopped.map(findContainer)) {
      expect([config.name, state.status, state.exitCode, state.error]).toEqual([config.name, 'exited', 137, '']);
    }
    await Promise.all([inLoops(stopped, (id) => tslab('rm', id)), inLoops(killed, (id) => tslab('rm', '-f', id))]);
    expect(output('ps', '-a', '-q')).toBe('');
    await until(() => leftOf(state(), ids).length === 0).catch(() => {});
    expect(leftOf(state(), ids)).toEqual([]);
  }, 600_000);
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Does something with each, {@link LOOPS} at a time, in their order of arrival. */
async function inLoops<T, U>(all: readonly T[], work: (one: T) => Promise<U>): Promise<U[]> {
  const left = all.entries();
  const results: U[] = [];
  const loop = async () => {
    for (const [i, one] of left) results[i] = await work(one);
  };
  await Promise.all(range(LOOPS).map(loop));
  return results;
}

/** What it printed; throws with its errors where it fails. */
async function tslab(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [TSLAB, ...words]);
  return stdout;
}
