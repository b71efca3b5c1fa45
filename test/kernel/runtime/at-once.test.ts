import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { stopContainer } from '../../../src/container/life/stop.js';
import { lost, NOBODY, restarting } from '../../../src/container/state.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { pruneContainers } from '../../../src/container/store/prune.js';
import { removeContainer } from '../../../src/container/store/remove.js';
import { type Container, makeDetached, renameContainer, updateState } from '../../../src/container/store/store.js';
import { PidfdPoll } from '../../../src/container/supervisor/pidfd-poll.js';
import { thisProcess } from '../../../src/state/ledger/ledger.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
afterEach(() => {
  const all = listContainers(() => {}).map(({ config }) => config.name);
  if (all.length > 0) output('rm', '-f', ...all);
});

/** A container that runs, as somebody has read it who is slower than this other command. */
function readBefore(...command: string[]): Container {
  const before = runDetached('one', 'sleep 1000');
  output(...command);
  return before;
}

/** The same of one that had ended. */
function stoppedBefore(...command: string[]): Container {
  runDetached('one', 'sleep 1000');
  output('stop', '-t', '0', 'one');
  const before = findContainer('one');
  output(...command);
  return before;
}

const names = () => readdirSync(join(state(), 'names')).filter((name) => name !== '.lock');

describe.skipIf(!isRoot)('a command that comes second (skipped without root: it runs containers)', () => {
  it('does not remove what has been started meanwhile, whose processes nobody would know then', () => {
    const before = stoppedBefore('start', 'one');
    expect(removeContainer(before, true)).toBe(false);
    expect(pruneContainers([before])).toEqual({ removed: [], bytes: 0 });
    expect(findContainer('one').state.status).toBe('running');
  });

  it('leaves the volumes to the one that removes the container', () => {
    runDetached('one', 'true', ['-v', '/anonymous']);
    output('wait', 'one');
    const before = findContainer('one');
    expect([removeContainer(before, true), removeContainer(before, true)]).toEqual([true, false]);
    expect(output('volume', 'ls', '-q')).toBe('');
  });

  it.each([
    ['restarted', () => readBefore('restart', '-t', '0', 'one')],
    ['started', () => stoppedBefore('start', 'one')],
  ])('stops what has been %s meanwhile', async (_, read) => {
    await stopContainer(read(), { timeout: 0 });
    expect(findContainer('one').state).toMatchObject({ status: 'exited', exitCode: 137 });
  });

  it('stops in peace what is gone', async () => {
    await stopContainer(readBefore('rm', '-f', 'one'), { timeout: 0 });
  });

  it('changes the config that there is by then, and frees the name that there is by then', () => {
    const before = readBefore('rename', 'one', 'two');
    makeDetached(before);
    expect(findContainer('two').config).toEqual({ ...before.config, name: 'two' });
    renameContainer(before, 'three');
    expect(names()).toEqual(['three']);
    output('stop', '-t', '0', 'three');
    removeContainer(before, false);
    expect(names()).toEqual([]);
    expect(() => renameContainer(before, 'four')).toThrow('No such container: one');
  });
});

describe('the watcher of what is not our child', () => {
  it('does not take another process for it that has its pid by now', async () => {
    const told = await new Promise((resolve) => {
      new PidfdPoll().watch({ pid: process.pid, startTime: 1 }, (status) => resolve(status));
    });
    expect(told).toMatchObject({ status: 137 });
  });
});

describe.skipIf(!isRoot)('what a command that was killed had still to do (skipped without root)', () => {
  async function endedUnremoved(by = NOBODY): Promise<void> {
    const { config } = runDetached('one', 'sleep 1000', ['--rm']);
    const { init, owner } = findContainer('one').state;
    for (const { pid } of [owner, init]) process.kill(pid, 'SIGKILL');
    openCgroups().find(config.id)?.remove();
    updateState(config.id, (now) => lost(restarting(now, by), ''));
  }

  it('is done by the next: one with --rm that has ended is removed', async () => {
    await endedUnremoved();
    expect(output('ps', '-aq')).toBe('');
    expect(names()).toEqual([]);
  });

  it('but not as long as `restart` is about to start it again', async () => {
    await endedUnremoved(thisProcess());
    expect(output('ps', '-aq')).not.toBe('');
  });

  it('is done by the next supervisor: what failed is started again', async () => {
    runDetached('one', 'exit 1', ['--restart', 'on-failure']);
    const { state: other } = runDetached('other', 'sleep 1000');
    output('rm', '-f', 'other');
    const { restartCount } = await waitingToRestart('one');
    process.kill(other.owner.pid, 'SIGKILL');
    output('ps');
    await until(() => findContainer('one').state.restartCount > restartCount);
  });
});

/** Long enough for what follows: the fourth wait is 800 ms, the fifth 1600. */
async function waitingToRestart(name: string) {
  await until(() => findContainer(name).state.restartCount >= 4 && findContainer(name).state.status === 'exited');
  return findContainer(name).state;
}
