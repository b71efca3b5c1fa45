import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { readContainer } from '../../../src/container/store/store.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { output, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
afterEach(() => {
  const all = listContainers(() => {}).map(({ config }) => config.name);
  if (all.length > 0) output('rm', '-f', ...all);
});

const OBEDIENT = "trap 'exit 3' TERM; trap 'exit 4' USR1; echo ready; while :; do sleep 0.05; done";
const stateOf = (name: string) => findContainer(name).state;
const logged = (name: string) => readFileSync(`${findContainer(name).directory}/stdout.log`, 'utf8');
const ready = (name: string) => until(() => logged(name).endsWith('ready\n'));
const refusal = (words: string[], reason: RegExp) =>
  expect(tslab(words)).toMatchObject({ status: 1, stderr: expect.stringMatching(reason) });

describe.skipIf(!isRoot)('tslab stop (skipped without root: it makes cgroups)', () => {
  it('asks with SIGTERM, and says which it was asked for', async () => {
    runDetached('one', OBEDIENT);
    await ready('one');
    expect(output('stop', 'one')).toBe('one\n');
    expect(stateOf('one')).toMatchObject({ status: 'exited', exitCode: 3 });
  });

  it('asks with the signal of --stop-signal', async () => {
    runDetached('one', OBEDIENT, ['--stop-signal', 'USR1']);
    await ready('one');
    output('stop', 'one');
    expect(stateOf('one').exitCode).toBe(4);
  });

  it('kills what does not listen, after so many seconds, with all that is inside', async () => {
    const { config, state } = runDetached('deaf', 'sleep 999 & exec sleep 1000');
    const before = performance.now();
    output('stop', '-t', '1', 'deaf');
    expect(performance.now() - before).toBeGreaterThan(1000);
    expect(stateOf('deaf').exitCode).toBe(137);
    expect(isAlive(state.init.pid, state.init.startTime)).toBe(false);
    expect(openCgroups().find(config.id)).toBeUndefined();
  });

  it('waits for several at once, and names them in the order in which they were given', () => {
    const names = ['one', 'two', 'three'];
    for (const name of names) runDetached(name, 'exec sleep 1000');
    const before = performance.now();
    expect(output('stop', '-t', '3', ...names)).toBe('one\ntwo\nthree\n');
    expect(performance.now() - before).toBeLessThan(names.length * 3000);
    expect(output('rm', ...names.toReversed())).toBe('three\ntwo\none\n');
  });

  it('stops several, by name and by the start of the id, and does not mind one that has ended', () => {
    const [one, two] = [runDetached('one', 'sleep 1000'), runDetached('two', 'sleep 1000')];
    const prefix = two.config.id.slice(0, 10);
    expect(output('stop', '-t', '0', 'one', prefix)).toBe(`one\n${prefix}\n`);
    expect([stateOf('one').status, stateOf('two').status]).toEqual(['exited', 'exited']);
    expect(output('stop', one.config.id)).toBe(`${one.config.id}\n`);
  });

  it('goes on with the others where one is not there', () => {
    runDetached('one', 'sleep 1000');
    const { status, stdout, stderr } = tslab(['stop', '-t', '0', 'ones', 'one']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'one\n' });
    expect(stderr).toMatch(/No such container: ones\nDid you mean one\?/);
  });

  it('stops one that is paused', async () => {
    runDetached('one', OBEDIENT);
    await ready('one');
    output('pause', 'one');
    output('stop', 'one');
    expect(stateOf('one')).toMatchObject({ status: 'exited', exitCode: 3 });
  });

  it('stops one of another terminal', async () => {
    const running = start(['run', '--rm', '--name', 'front', 'busybox', 'sh', '-c', OBEDIENT]);
    await running.seen('ready');
    output('stop', 'front');
    expect((await running.ended).status).toBe(3);
    expect(listContainers(() => {})).toEqual([]);
  });

  it('is done when one with --rm is gone', () => {
    const { config } = runDetached('one', 'sleep 1000', ['--rm']);
    output('stop', '-t', '0', 'one');
    expect(readContainer(config.id)).toBeUndefined();
  });
});

describe.skipIf(!isRoot)('tslab start and restart (skipped without root)', () => {
  it('starts what has ended, with the files that it left', async () => {
    runDetached('one', 'echo line >> /kept; wc -l < /kept; exec sleep 1000');
    await until(() => logged('one') === '1\n');
    output('stop', '-t', '0', 'one');
    expect(output('start', 'one')).toBe('one\n');
    await until(() => logged('one') === '1\n2\n');
    expect(stateOf('one')).toMatchObject({ status: 'running', exitCode: 0 });
  });

  it('does nothing where it runs already', () => {
    const { state } = runDetached('one', 'sleep 1000');
    output('start', 'one');
    expect(stateOf('one').init).toEqual(state.init);
  });

  it('starts what was made in the foreground in the background, and logs it from then on', async () => {
    const script = '[ -e /again ] || exec touch /again; echo hello; exec sleep 1000';
    tslab(['run', '--name', 'front', 'busybox', 'sh', '-c', script]);
    output('start', 'front');
    expect(stateOf('front').status).toBe('running');
    await until(() => logged('front') === 'hello\n');
  });

  it('shows with -a what it prints, and ends as it ends', () => {
    tslab(['run', '--name', 'front', 'busybox', 'sh', '-c', 'echo hello; exit 6']);
    expect(tslab(['start', '-a', 'front'])).toMatchObject({ status: 6, stdout: 'hello\n' });
    runDetached('back', 'echo again; sleep 0.3; exit 7');
    output('wait', 'back');
    expect(tslab(['start', '-a', 'back'])).toMatchObject({ status: 7, stdout: 'again\n' });
  });

  it('says why a program cannot be started', () => {
    tslab(['run', '--name', 'wrong', 'busybox', 'nosuch']);
    expect(stateOf('wrong')).toMatchObject({
      status: 'created',
      exitCode: 127,
      error: expect.stringMatching(/nosuch/),
    });
    refusal(['start', 'wrong'], /"nosuch": executable file not found/);
  });

  it('restarts with another process, and does not remove one with --rm in between', () => {
    const { state } = runDetached('one', 'sleep 1000', ['--rm']);
    expect(output('restart', '-t', '0', 'one')).toBe('one\n');
    expect(stateOf('one')).toMatchObject({ status: 'running' });
    expect(stateOf('one').init).not.toEqual(state.init);
    output('stop', '-t', '0', 'one');
    expect(listContainers(() => {})).toEqual([]);
  });

  it('restarts what has ended', () => {
    runDetached('one', 'sleep 1000');
    output('stop', '-t', '0', 'one');
    output('restart', 'one');
    expect(stateOf('one').status).toBe('running');
  });
});

describe.skipIf(!isRoot)('tslab kill, pause and wait (skipped without root)', () => {
  it('kills at once, or sends another signal', async () => {
    runDetached('one', OBEDIENT);
    await ready('one');
    expect(output('kill', '-s', 'USR1', 'one')).toBe('one\n');
    await until(() => stateOf('one').status === 'exited');
    expect(stateOf('one').exitCode).toBe(4);
    output('start', 'one');
    output('kill', '-s', '', 'one');
    await until(() => stateOf('one').status === 'exited');
    expect(stateOf('one').exitCode).toBe(137);
    refusal(['kill', 'one'], /container one is not running/);
    refusal(['kill', '-s', 'FOO', 'one'], /invalid signal: FOO/);
  });

  it('freezes and thaws: no time passes inside', async () => {
    const { config } = runDetached('one', 'while :; do echo tick; sleep 0.02; done');
    await until(() => logged('one').length > 0);
    expect(output('pause', 'one')).toBe('one\n');
    expect(stateOf('one').status).toBe('paused');
    expect(openCgroups().find(config.id)?.read('frozen')).toMatch(/FROZEN|frozen 1/);
    const before = logged('one');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(logged('one')).toBe(before);
    refusal(['pause', 'one'], /already paused/);
    refusal(['start', 'one'], /cannot start a paused container/);
    expect(output('unpause', 'one')).toBe('one\n');
    await until(() => logged('one') !== before);
    expect(stateOf('one').status).toBe('running');
    refusal(['unpause', 'one'], /is not paused/);
  });

  it('kills one that is frozen', async () => {
    runDetached('one', 'sleep 1000');
    output('pause', 'one');
    output('kill', 'one');
    await until(() => stateOf('one').status === 'exited');
  });

  it('kills one that a `pause` has frozen which was killed before it could say so', async () => {
    const { config } = runDetached('one', 'sleep 1000');
    openCgroups().find(config.id)?.freeze();
    output('rm', '-f', 'one');
    expect(listContainers(() => {})).toEqual([]);
  });

  it('waits, and prints the exit statuses, also of one that is removed at its end', async () => {
    runDetached('one', 'sleep 0.5; exit 3');
    expect(output('wait', 'one')).toBe('3\n');
    expect(output('wait', 'one')).toBe('3\n');
    runDetached('two', 'until [ -e /end ]; do sleep 0.05; done; exit 9', ['--rm']);
    const waiting = start(['wait', 'two']);
    await until(() => isWatching(waiting.pid));
    output('exec', 'two', 'touch', '/end');
    expect(await waiting.ended).toEqual({ status: 0, stdout: '9\n' });
  });
});

describe.skipIf(!isRoot)('tslab rm and rename (skipped without root)', () => {
  it('removes the directory, the name and with -f the process', () => {
    const { directory, state } = runDetached('one', 'sleep 1000');
    refusal(['rm', 'one'], /container is running\nStop the container/);
    expect(existsSync(directory)).toBe(true);
    expect(output('rm', '-f', 'one')).toBe('one\n');
    expect(existsSync(directory)).toBe(false);
    expect(isAlive(state.init.pid, state.init.startTime)).toBe(false);
    refusal(['rm', 'one'], /No such container: one/);
    expect(tslab(['rm', '-f', 'one'])).toMatchObject({ status: 0, stderr: 'tslab: No such container: one\n' });
  });

  it('removes anonymous volumes with -v, and never those with a name', () => {
    runDetached('one', 'true', ['-v', '/anonymous', '-v', 'named:/named']);
    output('rm', '-f', '-v', 'one');
    expect(output('volume', 'ls', '-q')).toBe('named\n');
    runDetached('two', 'true', ['-v', '/anonymous']);
    output('rm', '-f', 'two');
    expect(output('volume', 'ls', '-q').split('\n')).toHaveLength(3);
  });

  it('gives another name, unless somebody has it', () => {
    runDetached('one', 'sleep 1000');
    expect(output('rename', 'one', 'other')).toBe('');
    expect(stateOf('other').status).toBe('running');
    refusal(['stop', 'one'], /No such container: one/);
    runDetached('one', 'sleep 1000');
    refusal(['rename', 'other', 'one'], /The name "one" is in use/);
    refusal(['rename', 'other', 'other'], /same name/);
    refusal(['rename', 'other', '..'], /Invalid container name/);
  });
});

describe.skipIf(!isRoot)('tslab attach (skipped without root)', () => {
  it('shows what comes from now on, gives our input, and ends with the container', async () => {
    const script = 'echo before; while read x; do echo "got $x"; [ "$x" = end ] && exit 5; done';
    output('run', '-d', '-i', '--name', 'one', 'busybox', 'sh', '-c', script);
    await until(() => logged('one') === 'before\n');
    const attached = start(['attach', 'one']);
    attached.type('word\n');
    await attached.seen('got word');
    attached.type('end\n');
    expect(await attached.ended).toEqual({ status: 5, stdout: 'got word\ngot end\n' });
  });

  it('hands signals on', async () => {
    runDetached('one', "trap 'exit 3' TERM; while :; do echo tick; sleep 0.05; done");
    const attached = start(['attach', '--no-stdin', 'one']);
    await attached.seen('tick');
    attached.kill('SIGTERM');
    expect((await attached.ended).status).toBe(3);
  });

  it('refuses what does not run, or runs in another terminal', async () => {
    runDetached('one', 'true');
    output('wait', 'one');
    refusal(['attach', 'one'], /cannot attach to a stopped container/);
    const running = start(['run', '--name', 'front', 'busybox', 'sh', '-c', OBEDIENT]);
    await running.seen('ready');
    refusal(['attach', 'front'], /runs in the foreground of another terminal \(tslab is process \d+\)/);
    running.kill('SIGTERM');
    await running.ended;
  });
});

/** Whether a process waits for changes to files (inotify(7)). */
function isWatching(pid: number): boolean {
  const { stdout } = spawnSync('sh', ['-c', `cat /proc/${pid}/fdinfo/* 2>/dev/null`], { encoding: 'utf8' });
  return /^inotify wd/m.test(stdout);
}
