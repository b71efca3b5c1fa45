import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { type Container, containerIds, readContainer } from '../../../src/container/store/store.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { TSLAB, tslab } from '../tslab.js';
import { leftOf } from './leftovers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
const stopped = new Set<number>();
afterEach(() => {
  letAllGoOn();
  const all = listContainers(() => {}).map(({ config }) => config.name);
  if (all.length > 0) output('rm', '-fv', ...all);
});

/** Of containers; supervisors come and go. */
function leftOver(...ids: string[]): string[] {
  return leftOf(state(), ids).filter((one) => !/^process|supervisor\.sock$/.test(one));
}

/** The supervisor goes on afterwards, unless it has ended. */
function stand(supervisor: number): void {
  process.kill(supervisor, 'SIGSTOP');
  stopped.add(supervisor);
}

function letAllGoOn(): void {
  for (const pid of stopped) process.kill(pid, 'SIGCONT');
  stopped.clear();
}

/** The supervisor stands still, so the command has created its container and waits for the start. It is killed there. */
async function killedBeforeStart(supervisor: number, ...flags: string[]): Promise<Container> {
  const known = containerIds();
  stand(supervisor);
  const command = run('-d', ...flags);
  const made = () => containerIds().find((id) => !known.includes(id)) ?? '';
  await until(() => made() !== '');
  const container = readContainer(made()) as Container;
  await kill(command);
  return container;
}

function run(...flags: string[]): ChildProcess {
  const words = ['run', ...flags, '-v', '/anonymous', 'busybox', 'sleep', '1000'];
  return spawn(process.execPath, [TSLAB, ...words], { stdio: 'ignore' });
}

async function kill(command: ChildProcess): Promise<void> {
  const ended = once(command, 'exit');
  command.kill('SIGKILL');
  await ended;
}

describe.skipIf(!isRoot)('a container whose tslab run was killed before the start (skipped without root)', () => {
  it.each([['--rm'], ['--name=kept']])(
    'is created, names its dead creator, and is removed by cleanup: %s',
    async (flag) => {
      const { state: other } = runDetached('other', 'sleep 1000');
      const left = leftOver();
      const { config, state: before } = await killedBeforeStart(other.owner.pid, flag);
      expect(before).toMatchObject({ status: 'created', error: '' });
      expect(tslab(['cleanup'])).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`removed      container ${config.id}`),
      });
      expect(leftOver(config.id)).toEqual(left);
      letAllGoOn();
      await delay(300); // The request still lies in the socket of the supervisor.
      expect(output('ps', '-aq', '--no-trunc')).toBe(`${findContainer('other').config.id}\n`);
      expect(leftOver(config.id)).toEqual(left);
    },
  );

  it('is removed by any command that reads containers', async () => {
    const { state: other } = runDetached('other', 'sleep 1000');
    const { config } = await killedBeforeStart(other.owner.pid);
    expect(output('ps', '-a')).not.toContain(config.id.slice(0, 12));
    letAllGoOn();
    expect(containerIds()).toEqual([findContainer('other').config.id]);
    expect(output('volume', 'ls', '-q')).toBe('');
  });

  it('is left alone as long as its creator lives', async () => {
    const { state: other } = runDetached('other', 'sleep 1000');
    stand(other.owner.pid);
    const command = run('-d', '--name', 'waiting');
    const named = () => readdirSync(join(state(), 'names')).includes('waiting');
    await until(named);
    expect(tslab(['cleanup']).stdout).not.toMatch(/removed +container/);
    output('prune', '-f');
    expect(findContainer('waiting').state).toMatchObject({ status: 'created', owner: { pid: command.pid } });
    letAllGoOn();
    expect(await once(command, 'exit')).toEqual([0, null]);
    expect(findContainer('waiting').state.status).toBe('running');
  });

  it('is the same in the foreground, at whatever moment between the two it was', async () => {
    let caught = 0;
    for (let attempt = 0; caught === 0 && attempt < 50; attempt++) {
      const command = run('--rm');
      while (containerIds().length === 0) await delay(0);
      command.kill('SIGSTOP');
      const [id = ''] = containerIds();
      caught += readContainer(id)?.state.status === 'created' ? 1 : 0;
      await kill(command);
      // Its first process may still be on its way out.
      await until(() => tslab(['cleanup']).status === 0 && leftOver(id).length === 0);
    }
    expect(caught).toBe(1);
  });
});

describe.skipIf(!isRoot)('a container that could not be started (skipped without root)', () => {
  it.each<[number, RegExp, string[]]>([
    [127, /nosuch/, ['busybox', 'nosuch']],
    [125, /list of CPUs "63" is not possible/, ['--cpuset-cpus', '63', 'busybox']],
    [125, /list of CPUs "63" is not possible/, ['-d', '--cpuset-cpus', '63', 'busybox']],
  ])('stays, and says why, although its creator is gone: %i, %s', (status, reason, words) => {
    expect(tslab(['run', '--name', 'wrong', ...words]).status).toBe(status);
    tslab(['cleanup']);
    const { state: now } = findContainer('wrong');
    expect(now).toMatchObject({ status: 'created', exitCode: status, error: expect.stringMatching(reason) });
    expect(output('prune', '-f')).toContain('Deleted Containers');
    expect(containerIds()).toEqual([]);
  });
});
