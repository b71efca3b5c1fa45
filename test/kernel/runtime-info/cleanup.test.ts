import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { listContainers } from '../../../src/container/store/find.js';
import { type Container, containerIds, readContainer, updateState } from '../../../src/container/store/store.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { deadOwner } from '../../unit/state/temporary-state.js';
import { TSLAB, tslab } from '../tslab.js';
import { killInit, output, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

const cgroupsOf = (id: string) => openCgroups().find(id)?.directories ?? [];

/** A container in the foreground of a tslab that is killed, without a chance to tidy up. */
async function killedForeground(name: string, flags: readonly string[] = []): Promise<Container> {
  const words = ['run', '--name', name, ...flags, 'busybox', 'sleep', '1000'];
  const child = spawn(process.execPath, [TSLAB, ...words], { stdio: 'ignore' });
  const isIt = ({ config, state: { status } }: Container) => config.name === name && status === 'running';
  const found = () =>
    containerIds()
      .flatMap((id) => readContainer(id) ?? [])
      .find(isIt);
  await until(() => found() !== undefined);
  const container = found() as Container;
  const { pid, startTime } = container.state.init;
  // The cgroup is handed over right after the state is written.
  await until(() => !readdirSync(join(state(), 'ledger')).some((file) => file.startsWith(`${child.pid}-`)));
  child.kill('SIGKILL');
  await until(() => !isAlive(pid, startTime));
  return container;
}

describe.skipIf(!isRoot)('tslab cleanup (skipped without root: it runs containers)', () => {
  let web: Container;

  it('removes a name that belongs to no container, and no other', () => {
    const names = join(state(), 'names');
    symlinkSync('0123456789abcdef'.repeat(4), join(names, 'ghost'));
    expect(tslab(['cleanup']).stdout).toMatch(/removed +name +ghost/);
    expect(readdirSync(names).filter((name) => name !== '.lock')).toEqual(['web']);
  });
  beforeAll(() => {
    web = runDetached('web', 'exec sleep 1000');
  });

  it('leaves a container that runs as it is, cgroup and directory', () => {
    const { status, stdout } = tslab(['cleanup']);
    expect(status).toBe(0);
    expect(stdout).not.toContain(web.config.id);
    expect(isAlive(web.state.init.pid, web.state.init.startTime)).toBe(true);
    expect(openCgroups().find(web.config.id)?.procs()).toEqual([web.state.init.pid]);
    expect(output('ps', '-q')).toBe(`${web.config.id.slice(0, 12)}\n`);
  });

  it('leaves the cgroup of a lab that runs with another state directory, and takes it when its tslab is gone', async () => {
    const [gone] = (await deadOwner()).split('-');
    const [living, dead] = [process.pid, gone].map((pid) => openCgroups().create(`03-cgroups-${pid}`));
    try {
      for (const cgroup of [living, dead]) cgroup?.disown();
      tslab(['cleanup']);
      expect(living?.directories.every((path) => existsSync(path))).toBe(true);
      expect(dead?.directories.some((path) => existsSync(path))).toBe(false);
    } finally {
      living?.remove();
    }
  });

  it('leaves one that is paused', () => {
    const cgroup = openCgroups().find(web.config.id);
    cgroup?.freeze();
    updateState(web.config.id, (before) => ({ ...before, status: 'paused' }));
    tslab(['cleanup']);
    updateState(web.config.id, (before) => ({ ...before, status: 'running' }));
    cgroup?.thaw();
    expect(cgroup?.procs()).toEqual([web.state.init.pid]);
  });

  it('leaves the containers of another state directory, of which it knows nothing', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'tslab-elsewhere-'));
    expect(tslab(['cleanup'], { TSLAB_STATE: elsewhere }).status).toBe(0);
    rmSync(elsewhere, { recursive: true });
    expect(openCgroups().find(web.config.id)?.procs()).toEqual([web.state.init.pid]);
  });

  it('removes the cgroup of a container whose tslab was killed, and tells how it ended', async () => {
    const killed = await killedForeground('killed');
    expect(cgroupsOf(killed.config.id)).not.toEqual([]);
    expect(tslab(['cleanup']).status).toBe(0);
    expect(cgroupsOf(killed.config.id)).toEqual([]);
    expect(JSON.parse(output('inspect', 'killed'))[0].State).toMatchObject({
      Status: 'exited',
      ExitCode: 137,
      Error: expect.stringContaining('exit status unknown'),
    });
  });

  it('removes all of one that was started with --rm', async () => {
    const killed = await killedForeground('brief', ['--rm', '-v', '/anonymous']);
    tslab(['cleanup']);
    expect(cgroupsOf(killed.config.id)).toEqual([]);
    expect(existsSync(killed.directory)).toBe(false);
    expect(output('volume', 'ls', '-q')).toBe('');
  });

  it('removes the cgroup of a container that is known no more, unless it is so new that somebody may be about to start there', () => {
    const id = 'ab'.repeat(32);
    const cgroup = openCgroups().create(id);
    cgroup.disown();
    expect(tslab(['cleanup']).stdout).not.toContain(id);
    const minuteAgo = Date.now() / 1000 - 60;
    for (const directory of cgroup.directories) utimesSync(directory, minuteAgo, minuteAgo);
    const { stdout } = tslab(['cleanup']);
    expect(stdout).toMatch(new RegExp(`removed +cgroup .*${id}`));
    expect(cgroupsOf(id)).toEqual([]);
  });

  it('kills what is left in the cgroup of a container that has ended', async () => {
    const ended = runDetached('ended', 'exec sleep 1000');
    await killInit(ended);
    const cgroup = openCgroups().create(ended.config.id);
    const straggler = spawn('sleep', ['1000'], { stdio: 'ignore' });
    cgroup.attach(straggler.pid as number);
    cgroup.disown();
    const dead = new Promise((resolve) => straggler.once('exit', (_, signal) => resolve(signal)));
    tslab(['cleanup']);
    expect(await dead).toBe('SIGKILL');
    expect(cgroupsOf(ended.config.id)).toEqual([]);
  });

  it('removes drafts and what was half removed', async () => {
    const doomed = [
      join(state(), 'containers', `${'cd'.repeat(32)}.removed`),
      join(state(), 'containers', `.tmp-${await deadOwner()}-x`),
      join(state(), 'volumes', `.tmp-${await deadOwner()}-x`),
    ];
    for (const directory of doomed) mkdirSync(join(directory, 'upper'), { recursive: true });
    expect(tslab(['cleanup']).stdout).toContain(`removed      directory ${doomed[0]}`);
    expect(doomed.filter(existsSync)).toEqual([]);
  });

  it('says that nothing is left when the last container has gone', async () => {
    await killInit(web);
    const { status } = tslab(['cleanup']);
    expect(status).toBe(0);
    expect(listContainers(() => {}).flatMap(({ config }) => cgroupsOf(config.id))).toEqual([]);
  });
});

describe.skipIf(!isRoot)('any command that reads containers (skipped without root: it runs containers)', () => {
  it('does what a tslab that was killed could not: cgroup gone, state told', async () => {
    const killed = await killedForeground('seen');
    expect(output('ps', '-a')).toMatch(/Exited \(137\) .* seen\n/);
    expect(cgroupsOf(killed.config.id)).toEqual([]);
  });
});

describe.skipIf(!isRoot)('tslab prune (skipped without root: it runs containers)', () => {
  it('removes what does not run, after a question, and nothing else', async () => {
    const stays = runDetached('stays', 'exec sleep 1000');
    const goes = runDetached('goes', 'echo x > /file; exec sleep 1000');
    await killInit(goes);
    expect(tslab(['prune'], {}, ['ignore', 'pipe', 'pipe'])).toMatchObject({ status: 0, stdout: '' });
    expect(existsSync(goes.directory)).toBe(true);
    expect(output('prune', '-f')).toMatch(
      new RegExp(`^Deleted Containers:\n(.*\n)*${goes.config.id}\n(.*\n)*\nTotal reclaimed space: [\\d.]+k?B\n$`),
    );
    expect(existsSync(goes.directory)).toBe(false);
    expect(output('ps', '-aq', '--no-trunc')).toBe(`${stays.config.id}\n`);
    expect(openCgroups().find(stays.config.id)?.procs()).toEqual([stays.state.init.pid]);
  });
});
