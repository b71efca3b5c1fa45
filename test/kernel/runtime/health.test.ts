import { readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/container/health/health-file.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { isAlive, listProcesses, type Process } from '../../../src/procfs/processes.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

const ALL_NAMESPACES = ['mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup', 'user'];

const health = (name: string) => healthOf(findContainer(name));
const results = (name: string) => health(name)?.log ?? [];
const proc = (pid: number, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8');

/** Starts a container that only its checks do anything in. */
const runChecked = (check: string, ...flags: string[]) =>
  runDetached('one', 'exec sleep 1000', ['--health-cmd', check, '--health-interval', '100ms', ...flags]);

/** The processes of a container as the host sees them, but for the first, and for zombies: that has no child to wait for. */
function others(name: string): Process[] {
  const { pid: init } = findContainer(name).state.init;
  const namespace = readlinkSync(`/proc/${init}/ns/pid`);
  return listProcesses().filter(({ pid, state }) => pid !== init && state !== 'Z' && namespaceOf(pid) === namespace);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // It has ended.
  }
}

async function killSupervisor(): Promise<void> {
  const { pid, startTime } = findContainer('one').state.owner;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid, startTime));
}

describe.skipIf(!isRoot)('a check of health (skipped without root: containers have cgroups)', () => {
  it('runs in the namespaces and the cgroup of the container, with its user, environment and directory', async () => {
    const flags = ['-u', '65534:65534', '-e', 'A=b', '-w', '/tmp', '--health-timeout', '1m'];
    const { pid: init } = runChecked('sleep 1000; true', ...flags).state.init;
    await until(() => others('one').length === 2);
    for (const { pid } of others('one')) {
      for (const one of ALL_NAMESPACES)
        expect([one, readlinkSync(`/proc/${pid}/ns/${one}`)]).toEqual([one, readlinkSync(`/proc/${init}/ns/${one}`)]);
      expect(proc(pid, 'cgroup')).toBe(proc(init, 'cgroup'));
      for (const line of [/^Uid:.*$/m, /^Gid:.*$/m, /^CapEff:.*$/m, /^CapBnd:.*$/m])
        expect(line.exec(proc(pid, 'status'))?.[0]).toBe(line.exec(proc(init, 'status'))?.[0]);
      expect(proc(pid, 'environ').split('\0')).toContain('A=b');
      expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/tmp');
    }
    // A session of its own, as a child of the supervisor's.
    const [shell] = others('one');
    expect(shell).toMatchObject({ session: shell?.pid, ppid: findContainer('one').state.owner.pid });
    expect(proc(shell?.pid ?? 0, 'cmdline')).toBe('/bin/sh\0-c\0sleep 1000; true\0');
  });

  it('that takes too long is killed, with what it has started, and has failed', async () => {
    runChecked('echo begun; sleep 1000 & sleep 1000; true', '--health-timeout', '250ms', '--health-interval', '2s');
    await until(() => others('one').length === 3);
    await until(() => results('one').length === 1);
    const [result] = results('one');
    expect(result).toMatchObject({ exitCode: -1, output: 'Health check exceeded timeout (250ms): begun\n' });
    const took = Date.parse(result?.end ?? '') - Date.parse(result?.start ?? '');
    expect(took).toBeGreaterThanOrEqual(250);
    expect(others('one')).toEqual([]);
  });

  it('is unhealthy after --health-retries failures, and healthy after one success; state.json stays as it was', async () => {
    const { directory } = runChecked('test -e /ready', '--health-retries', '3', '--health-interval', '1s');
    const before = statSync(join(directory, 'state.json')).ino;
    expect(output('ps')).toMatch(/Up .* \(health: starting\)/);
    expect(output('ps', '-q', '-f', 'health=starting')).not.toBe('');
    await until(() => results('one').length === 2);
    expect(health('one')).toMatchObject({ status: 'starting', failingStreak: 2 });
    await until(() => health('one')?.status === 'unhealthy');
    expect(output('ps', '-f', 'health=unhealthy')).toMatch(/Up .* \(unhealthy\)/);
    output('exec', 'one', 'touch', '/ready');
    await until(() => health('one')?.status === 'healthy');
    expect(output('ps', '-f', 'health=healthy')).toMatch(/Up .* \(healthy\)/);
    expect(output('ps', '-q', '-f', 'health=none', '-f', 'health=unhealthy')).toBe('');
    await until(() => results('one').every(({ exitCode }) => exitCode === 0));
    const { State, Config } = JSON.parse(output('inspect', 'one'))[0];
    expect(State.Health).toMatchObject({ Status: 'healthy', FailingStreak: 0 });
    expect(State.Health.Log).toHaveLength(5);
    expect(Object.keys(State.Health.Log[0])).toEqual(['Start', 'End', 'ExitCode', 'Output']);
    const Healthcheck = { Test: ['CMD-SHELL', 'test -e /ready'], Interval: 1_000_000_000, Retries: 3 };
    expect(Config.Healthcheck).toEqual(Healthcheck);
    expect(statSync(join(directory, 'state.json')).ino).toBe(before);
  });

  it('keeps the first 4096 bytes of what it prints, in its order, and ends though something else has its output', async () => {
    runChecked('sleep 1000 & echo out; echo err >&2; yes | head -c 100000');
    await until(() => results('one').length > 0);
    const [result] = results('one');
    expect(result?.output).toBe(`${'out\nerr\n'.concat('y\n'.repeat(2048)).slice(0, 4096)}...`);
    expect(result?.exitCode).toBe(0);
  });

  it('that cannot be started has failed, and says why', async () => {
    runChecked('true', '--pids-limit', '1');
    await until(() => results('one').length > 0);
    expect(results('one')[0]).toMatchObject({ exitCode: -1, output: expect.stringContaining('EAGAIN') });
  });

  it('does not count while the container starts, which it looks at more often', async () => {
    const often = ['--health-start-period', '1h', '--health-start-interval', '100ms', '--health-interval', '1h'];
    runChecked('test -e /ready', ...often, '--health-retries', '1');
    await until(() => results('one').length === 5);
    expect(health('one')).toMatchObject({ status: 'starting', failingStreak: 0 });
    output('exec', 'one', 'touch', '/ready');
    await until(() => health('one')?.status === 'healthy');
    const [last] = results('one').slice(-1);
    await delay(500);
    expect(results('one').at(-1)).toEqual(last);
  });

  it('rests while the container is paused, and goes on behind that', async () => {
    runChecked('true');
    await until(() => health('one')?.status === 'healthy');
    output('pause', 'one');
    const before = results('one');
    const processes = others('one');
    await delay(500);
    expect([results('one'), others('one')]).toEqual([before, processes]);
    expect(output('inspect', '-f', '{{.State.Health.Status}}', 'one')).toBe('unhealthy\n');
    output('unpause', 'one');
    await until(() => results('one').at(-1)?.start !== before.at(-1)?.start);
    expect(health('one')?.status).toBe('healthy');
  });

  it('that is frozen with the container is not late by that', async () => {
    runChecked('sleep 3', '--health-timeout', '4s', '--health-retries', '1');
    await until(() => others('one').length > 0);
    output('pause', 'one');
    const frozen = others('one');
    await delay(5000);
    expect(frozen).toHaveLength(1);
    expect(others('one')).toEqual(frozen);
    output('unpause', 'one');
    await until(() => results('one').length > 0);
    expect(results('one')[0]).toMatchObject({ exitCode: 0 });
  });

  it('that dies with the container is no result', async () => {
    const { init } = runChecked('test -e /once || { echo > /once; exit 0; }; sleep 1000; true').state;
    await until(() => results('one').length === 1 && others('one').length > 0);
    process.kill(init.pid, 'SIGKILL');
    await until(() => findContainer('one').state.status === 'exited');
    await delay(300);
    expect(results('one')).toHaveLength(1);
  });

  it('leaves nothing when the supervisor is killed in the middle of it, and the next supervisor goes on', async () => {
    runChecked('test -e /once || { echo > /once; exit 0; }; sleep 1000 & sleep 1000; true', '--health-timeout', '1m');
    await until(() => health('one')?.status === 'healthy' && others('one').length === 3);
    const left = others('one');
    await killSupervisor();
    output('exec', 'one', 'true');
    await until(() => left.every(({ pid, startTime }) => !isAlive(pid, startTime)));
    await until(() => others('one').length === 3);
    expect(health('one')).toMatchObject({ status: 'healthy', failingStreak: 0 });
    expect(others('one').filter(({ pid }) => left.some((one) => one.pid === pid))).toEqual([]);
  });

  it('begins anew where the container is started again', async () => {
    runChecked('sleep 0.5; false', '--health-retries', '1');
    await until(() => health('one')?.status === 'unhealthy');
    output('restart', '-t', '0', 'one');
    expect(health('one')).toMatchObject({ status: 'starting', failingStreak: 0 });
    await until(() => health('one')?.failingStreak === 1);
    expect(health('one')?.status).toBe('unhealthy');
    output('stop', '-t', '0', 'one');
    // As with Docker: nothing checks it.
    expect(health('one')).toMatchObject({ status: 'unhealthy' });
    expect(output('ps', '-a', '--format', '{{.Status}}')).toMatch(/^Exited \(137\) [^(]*$/);
  });

  it('is known again with the next result where its file is damaged', async () => {
    const { directory } = runChecked('true', '--health-interval', '4s');
    await until(() => health('one')?.status === 'healthy');
    writeFileSync(join(directory, 'health.json'), '{');
    expect(output('ps')).toMatch(/\(health: starting\)/);
    await until(() => health('one')?.status === 'healthy');
  });

  it('of a container in the foreground is made by its tslab, and ends with that', async () => {
    const flags = ['--rm', '--name', 'one', '--health-cmd', 'sleep 0.2', '--health-interval', '100ms'];
    const front = start(['run', ...flags, 'busybox', 'sleep', '1000']);
    await until(() => listContainers(() => {}).length > 0 && health('one')?.status === 'healthy');
    await until(() => others('one').length > 0);
    expect(findContainer('one').state.owner.pid).toBe(front.pid);
    const all = [findContainer('one').state.init, ...others('one')];
    front.kill('SIGKILL');
    await until(() => all.every(({ pid, startTime }) => !isAlive(pid, startTime)));
  });

  it('of a container in the foreground does not keep its tslab', () => {
    const flags = ['--rm', '--health-cmd', 'sleep 1000', '--health-interval', '10ms'];
    const before = Date.now();
    expect(tslab(['run', ...flags, 'busybox', 'sh', '-c', 'sleep 1; exit 7'])).toMatchObject({ status: 7, stderr: '' });
    expect(Date.now() - before).toBeLessThan(20_000);
  });

  it('is none with --no-healthcheck, or where only its times are given', () => {
    output('create', '--name', 'one', '--no-healthcheck', 'busybox', 'true');
    output('create', '--name', 'two', '--health-timeout', '2s', 'busybox', 'true');
    output('create', '--name', 'three', '--health-cmd', 'true', 'busybox', 'true');
    output('start', '-a', 'one');
    const shown = output('inspect', '-f', '{{json .State.Health}} {{json .Config.Healthcheck}}', 'one', 'two', 'three');
    expect(shown.split('\n')).toEqual([
      'null {"Test":["NONE"]}',
      'null {"Timeout":2000000000}',
      // It has never run.
      'null {"Test":["CMD-SHELL","true"]}',
      '',
    ]);
    expect(output('ps', '-a', '-f', 'health=none', '--format', '{{.Names}}').split('\n').sort().join(' ')).toBe(
      ' one three two',
    );
  });
});
