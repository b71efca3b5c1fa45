import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { readLogIndex } from '../../../src/container/logs/index.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { isAlive, listProcesses } from '../../../src/procfs/processes.js';
import { useOwnMounts } from '../../support/own-mounts.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
useOwnMounts();
removeBehindEach();

const stateOf = (name: string) => findContainer(name).state;
const log = (name: string, stream = 'stdout') => readFileSync(`${findContainer(name).directory}/${stream}.log`, 'utf8');

async function killSupervisor(name: string): Promise<void> {
  const { pid, startTime } = stateOf(name).owner;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid, startTime));
}

describe.skipIf(!isRoot)('the supervisor of detached containers (skipped without root: they have cgroups)', () => {
  it('is the parent of the container, in a session of its own, and hears only its owner', () => {
    const { state: one } = runDetached('one', 'sleep 1000');
    const parent = listProcesses().find(({ pid }) => pid === one.owner.pid);
    expect(listProcesses().find(({ pid }) => pid === one.init.pid)?.ppid).toBe(parent?.pid);
    expect(parent).toMatchObject({ session: parent?.pid });
    const socket = statSync(join(state(), 'run/supervisor.sock'));
    expect([socket.isSocket(), (socket.mode & 0o777).toString(8)]).toEqual([true, '600']);
    expect((statSync(join(state(), 'run')).mode & 0o777).toString(8)).toBe('700');
  });

  it('goes on where those who ask it something are killed before it answers', async () => {
    const { owner } = runDetached('one', 'sleep 1000').state;
    for (let i = 0; i < 10; i++) {
      const client = connect(join(state(), 'run/supervisor.sock'));
      await new Promise((sent) => client.write('{"op":"adopt"}\n{"op":"adopt"}\n', sent));
      client.destroy();
    }
    // It has come to those by then.
    output('run', '--rm', '-d', 'busybox', 'true');
    expect(isAlive(owner.pid, owner.startTime)).toBe(true);
    expect(stateOf('one').owner).toEqual(owner);
  });

  it('lets output go straight into the logs, each stream into its own', async () => {
    runDetached('one', 'echo out; echo err >&2; exec sleep 1000');
    await until(() => log('one') === 'out\n' && log('one', 'stderr') === 'err\n');
    const { init } = stateOf('one');
    expect(statSync(`/proc/${init.pid}/fd/1`).ino).toBe(statSync(`${findContainer('one').directory}/stdout.log`).ino);
  });

  it('keeps nothing open that the caller had open: a lock, a pipe, a directory', async () => {
    const kept = join(state(), 'kept');
    expect(shell(`exec 200>${kept} 201</usr; tslab run -d --name one busybox sleep 1000`).stderr).toBe('');
    const open = readdirSync(`/proc/${stateOf('one').owner.pid}/fd`);
    const paths = open.map((fd) => readlinkSync(`/proc/${stateOf('one').owner.pid}/fd/${fd}`));
    expect(paths.filter((path) => [kept, '/usr'].includes(path))).toEqual([]);
  });

  it('notes how long the logs are when they have grown', async () => {
    runDetached('one', 'echo 1; sleep 2; echo 2 >&2; exec sleep 1000');
    await until(() => readLogIndex(findContainer('one').directory).at(-1)?.stderr === 2);
    const [first, second] = readLogIndex(findContainer('one').directory).slice(-2);
    expect([first, second]).toMatchObject([
      { stdout: 2, stderr: 0 },
      { stdout: 2, stderr: 2 },
    ]);
    expect((second?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThan(1500);
  });

  it('notes it a hundred times a second at most, however much a container writes', async () => {
    runDetached('one', 'while :; do echo x; echo y >&2; done');
    const marks = () => readLogIndex(findContainer('one').directory);
    const before = marks().length;
    await delay(2000);
    const { length } = marks();
    expect(length - before).toBeGreaterThan(20);
    expect(length - before).toBeLessThan(250);
  });

  it('is not missed by a container: another one takes over, and knows how it ends', async () => {
    const { state: before } = runDetached('one', 'while [ ! -e /end ]; do echo tick; sleep 0.05; done; exit 8');
    await killSupervisor('one');
    const length = log('one').length;
    await until(() => log('one').length > length);
    expect(output('ps', '-q')).not.toBe('');
    const { init, owner, status } = stateOf('one');
    expect({ init, status }).toEqual({ init: before.init, status: 'running' });
    expect(owner).not.toEqual(before.owner);
    expect(isAlive(owner.pid, owner.startTime)).toBe(true);
    output('exec', 'one', 'touch', '/end');
    expect(output('wait', 'one')).toBe('8\n');
    expect(stateOf('one')).toMatchObject({ exitCode: 8, error: '' });
  });

  it('lets go on, or die, what a command that was killed has left frozen, but not what is paused', async () => {
    const { config, state: one } = runDetached('one', 'sleep 1000');
    runDetached('two', 'sleep 1000');
    openCgroups().find(config.id)?.freeze();
    process.kill(one.init.pid, 'SIGKILL');
    output('pause', 'two');
    await killSupervisor('one');
    output('ps');
    await until(() => stateOf('one').status === 'exited');
    expect(stateOf('one').exitCode).toBe(137);
    expect(stateOf('two').status).toBe('paused');
    const cgroup = openCgroups().find(findContainer('two').config.id);
    expect(readFileSync(cgroup?.file('frozen') ?? '', 'utf8')).toMatch(/FROZEN|frozen 1/);
  });

  it('removes one with --rm that it has taken over', async () => {
    runDetached('one', 'sleep 1; exit 0', ['--rm']);
    await killSupervisor('one');
    output('ps');
    await until(() => listContainers(() => {}).length === 0);
  });

  it('starts a container again that fails, as often as --restart says, waiting longer each time', async () => {
    runDetached('one', 'echo try; exit 1', ['--restart', 'on-failure:3']);
    await until(() => log('one') === 'try\n'.repeat(4) && stateOf('one').status === 'exited');
    await delay(1000); // The fifth would come after 800 ms.
    expect(log('one')).toBe('try\n'.repeat(4));
    expect(stateOf('one')).toMatchObject({ restartCount: 3, exitCode: 1 });
  });

  it('does not where it succeeds, or was stopped', async () => {
    runDetached('good', 'exit 0', ['--restart', 'on-failure']);
    runDetached('stopped', 'sleep 1000', ['--restart', 'on-failure']);
    output('stop', '-t', '0', 'stopped');
    await delay(500);
    for (const name of ['good', 'stopped']) expect(stateOf(name)).toMatchObject({ status: 'exited', restartCount: 0 });
  });

  it('stops starting again what is stopped in between', async () => {
    runDetached('one', 'exit 1', ['--restart', 'on-failure']);
    await until(() => stateOf('one').restartCount > 2);
    output('stop', 'one');
    const { restartCount } = stateOf('one');
    await delay(2000);
    expect(stateOf('one')).toMatchObject({ status: 'exited', restartCount });
  });

  it('is told to be restarting in between, is not removed then, and goes on when the supervisor is killed meanwhile', async () => {
    runDetached('one', 'sleep 0.5; exit 1', ['--restart', 'on-failure']);
    const { owner } = stateOf('one');
    await until(() => stateOf('one').restartCount === 5 && stateOf('one').status === 'running');
    // Then it waits for 3.2 s.
    await until(() => stateOf('one').status === 'exited');
    expect(output('ps')).toMatch(/ Restarting \(1\) .* ago +one\n$/);
    expect(output('ps', '-q', '--filter', 'status=restarting')).toMatch(/^[0-9a-f]{12}\n$/);
    expect(JSON.parse(output('inspect', 'one'))[0].State).toMatchObject({ Status: 'restarting', Restarting: true });
    expect(tslab(['rm', 'one'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/container is restarting/) });
    process.kill(owner.pid, 'SIGKILL');
    await until(() => !isAlive(owner.pid, owner.startTime));
    output('ps');
    await until(() => stateOf('one').restartCount > 5);
    output('rm', '-f', 'one');
    expect(listContainers(() => {})).toEqual([]);
  });

  it('removes at the end what was started with --rm, its anonymous volumes too', async () => {
    runDetached('one', 'until [ -e /end ]; do sleep 0.05; done', ['--rm', '-v', '/data']);
    output('exec', 'one', 'touch', '/end');
    await until(() => listContainers(() => {}).length === 0 && output('volume', 'ls', '-q') === '');
  });

  it('ends when it has nothing left, and its socket goes', async () => {
    const { state: one } = runDetached('one', 'sleep 1000');
    output('rm', '-f', 'one');
    await until(() => !isAlive(one.owner.pid, one.owner.startTime));
    expect(existsSync(join(state(), 'run/supervisor.sock'))).toBe(false);
    expect(readFileSync(join(state(), 'run/supervisor.log'), 'utf8')).toBe('');
  });

  it('tells how one ended whose cgroup it cannot remove', async () => {
    const { config, state: one } = runDetached('one', 'sleep 1000');
    const cgroup = openCgroups().find(config.id);
    // It does not kill itself.
    cgroup?.attach(one.owner.pid);
    process.kill(one.init.pid, 'SIGKILL');
    await until(() => stateOf('one').status === 'exited');
    expect(stateOf('one')).toMatchObject({ exitCode: 137, error: expect.stringContaining('holds tslab itself') });
    expect(isAlive(one.owner.pid, one.owner.startTime)).toBe(true);
    for (const path of cgroup?.directories ?? []) writeFileSync(join(path, '../../cgroup.procs'), `${one.owner.pid}`);
    cgroup?.remove();
  });

  it('stays the parent of the others where it cannot remove one', async () => {
    const { state: other } = runDetached('other', 'sleep 1000');
    const { config, state: one, directory } = runDetached('one', 'sleep 1000', ['--rm']);
    const mounted = join(directory, 'mounted');
    mkdirSync(mounted);
    spawnSync('mount', ['-t', 'tmpfs', 'none', mounted]);
    // Not `stop`, which may be the one that removes it.
    process.kill(one.init.pid, 'SIGKILL');
    const log = () => readFileSync(join(state(), 'run/supervisor.log'), 'utf8');
    await until(() => log().includes('something is mounted on'));
    spawnSync('umount', [`${directory}.removed/mounted`]);
    expect(stateOf('other').owner).toEqual(other.owner);
    expect(isAlive(other.owner.pid, other.owner.startTime)).toBe(true);
    expect(output('cleanup')).toContain(config.id);
    writeFileSync(join(state(), 'run/supervisor.log'), '');
  });

  it('answers under a path that is too long for a socket', async () => {
    const long = join(state(), 'x'.repeat(120));
    mkdirSync(long);
    const env = { TSLAB_STATE: long };
    expect(tslab(['run', '-d', '--rm', '--name', 'far', 'busybox', 'sleep', '1000'], env)).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(tslab(['rm', '-f', 'far'], env)).toMatchObject({ status: 0, stdout: 'far\n' });
    await until(() => !existsSync(join(long, 'run/supervisor.sock')));
    rmSync(long, { recursive: true });
  });

  it('is ready for a client that says nonsense', async () => {
    const { state: one } = runDetached('one', 'sleep 1000');
    const script = `require('net').connect('${state()}/run/supervisor.sock').on('data', (d) => { console.log(String(d)); process.exit() }).write('nonsense\\n')`;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false });
    expect(isAlive(one.owner.pid, one.owner.startTime)).toBe(true);
  });
});
