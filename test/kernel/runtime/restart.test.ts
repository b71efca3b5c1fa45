import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
removeBehindEach();

const stateOf = (name: string) => findContainer(name).state;

/** The first process of a container, if the kernel has it: its pid and when it started. */
function initOf(name: string): string | undefined {
  const { pid, startTime } = stateOf(name).init;
  return pid > 0 && isAlive(pid, startTime) ? `${pid} ${startTime}` : undefined;
}

async function killed({ pid, startTime }: { pid: number; startTime: number }): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid, startTime));
}

/** Starts a container with a policy, and another that keeps the supervisor. */
function runWith(policy: string, ...flags: string[]) {
  runDetached('keeper', 'sleep 1000');
  return runDetached('one', 'trap : HUP; sleep 1000 & while :; do wait; done', ['--restart', policy, ...flags]);
}

describe.skipIf(!isRoot)('a container with --restart (skipped without root: they have cgroups)', () => {
  it.each(['always', 'unless-stopped'])(
    '%s has a new first process after each end, also of success',
    async (policy) => {
      runDetached('one', 'echo run >> /runs; [ $(wc -l < /runs) -gt 2 ] && exec sleep 1000; exit 0', [
        '--restart',
        policy,
      ]);
      await until(() => stateOf('one').restartCount === 2 && initOf('one') !== undefined);
      expect(output('exec', 'one', 'cat', '/runs')).toBe('run\nrun\nrun\n');
      const before = initOf('one');
      process.kill(stateOf('one').init.pid, 'SIGKILL');
      await until(() => ![undefined, before].includes(initOf('one')));
      expect(JSON.parse(output('inspect', 'one'))[0]).toMatchObject({
        RestartCount: 3,
        HostConfig: { RestartPolicy: { Name: policy, MaximumRetryCount: 0 } },
      });
    },
  );

  it.each([
    ['always', true],
    ['unless-stopped', false],
    ['on-failure', false],
  ])('%s, stopped by hand, runs again when a killed supervisor is replaced: %s', async (policy, again) => {
    runWith(policy);
    output('stop', '-t', '0', 'one');
    await delay(500);
    expect(initOf('one')).toBeUndefined();
    await killed(stateOf('keeper').owner);
    output('ps');
    if (again) await until(() => initOf('one') !== undefined);
    else await delay(1000);
    expect([initOf('one') !== undefined, stateOf('one').restartCount]).toEqual([again, 0]);
  });

  it('always, stopped by hand, stays so when the supervisor has only ended for want of work', async () => {
    const { owner } = runDetached('one', 'sleep 1000', ['--restart', 'always']).state;
    output('stop', '-t', '0', 'one');
    await until(() => !isAlive(owner.pid, owner.startTime));
    expect(readFileSync(join(state(), 'run/supervisor.lock'))).toEqual(readFileSync('/proc/sys/kernel/random/boot_id'));
    runDetached('keeper', 'sleep 1000');
    expect(stateOf('keeper').owner).not.toEqual(owner);
    await delay(1000);
    expect(initOf('one')).toBeUndefined();
  });

  it.each(['always', 'unless-stopped', 'on-failure'])(
    '%s comes back where it was killed with its supervisor',
    async (policy) => {
      const one = runWith(policy).state;
      await killed(one.owner);
      await killed(one.init);
      output('ps');
      await until(() => initOf('one') !== undefined);
      expect(stateOf('one').init).not.toEqual(one.init);
    },
  );

  it('is not started again behind kill, whatever the signal, unless it has a stop signal and that is another', async () => {
    const ends = async (policy: string, signal: string, ...flags: string[]) => {
      const one = runWith(policy, ...flags);
      output('kill', '-s', signal, 'one');
      await until(() => stateOf('one').stopRequested || signal === 'HUP');
      if (signal === 'HUP') await killed(one.state.init);
      await delay(500);
      const isBack = initOf('one') !== undefined;
      output('rm', '-f', 'one', 'keeper');
      return !isBack;
    };
    expect(await ends('always', 'KILL')).toBe(true);
    expect(await ends('always', 'HUP')).toBe(true);
    expect(await ends('always', 'HUP', '--stop-signal', 'USR1')).toBe(false);
    expect(await ends('unless-stopped', 'HUP', '--stop-signal', 'USR1')).toBe(true);
  });

  it('is over for `wait` when it stays ended, and can be killed while it is about to be restarted', async () => {
    runDetached('one', 'exit 7', ['--restart', 'always']);
    const waiting = start(['wait', 'one']);
    await until(() => stateOf('one').restartCount > 3 && initOf('one') === undefined);
    expect(output('kill', 'one')).toBe('one\n');
    expect((await waiting.ended).stdout).toBe('7\n');
    const { restartCount } = stateOf('one');
    await delay(1000);
    expect(stateOf('one')).toMatchObject({ status: 'exited', restartCount });
  });

  it('that has never started, or cannot be started by a command, is left alone', async () => {
    expect(tslab(['run', '-d', '--name', 'one', '--restart', 'always', 'busybox', 'nothing']).status).toBe(127);
    expect(stateOf('one').status).toBe('created');
    output('rm', 'one');
    const source = join(state(), 'source');
    mkdirSync(source);
    runDetached('one', 'sleep 1000', ['--restart', 'always', '-v', `${source}:/x`]);
    output('stop', '-t', '0', 'one');
    rmdirSync(source);
    expect(tslab(['start', 'one']).status).toBe(1);
    expect(output('ps', '-aq', '-f', 'status=restarting')).toBe('');
    expect(stateOf('one')).toMatchObject({ status: 'exited', stopRequested: true });
  });
});
