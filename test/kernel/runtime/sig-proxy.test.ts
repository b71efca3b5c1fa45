import { describe, expect, it } from 'vitest';
import { isRunning } from '../../../src/container/state.js';
import { findContainer } from '../../../src/container/store/find.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { start } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

const TRAP = 'trap "echo heard; exit 7" TERM; while :; do echo tick; sleep 0.1; done';

describe.skipIf(!isRoot)('--sig-proxy (skipped without root)', () => {
  it.each([
    [['attach'], 7],
    [['attach', '--sig-proxy'], 7],
    [['attach', '--sig-proxy=false'], null],
  ] as const)('%j ends with status %j of a SIGTERM', async (words, status) => {
    const container = runDetached('trapping', TRAP);
    const attached = start([...words, '--no-stdin', 'trapping']);
    await attached.seen('tick');
    process.kill(attached.pid, 'SIGTERM');
    expect((await attached.ended).status).toBe(status);
    expect(isRunning(findContainer('trapping').state)).toBe(status === null);
    expect(isAlive(container.state.init.pid, container.state.init.startTime)).toBe(status === null);
  });

  it.each(['run', 'start -a'])(
    '=false: the program of %s hears no SIGTERM, and one in the foreground ends with tslab',
    async (command) => {
      output('create', '--name', 'trapping', 'busybox', 'sh', '-c', TRAP);
      if (command === 'run') output('rm', 'trapping');
      const words =
        command === 'run'
          ? ['run', '--name', 'trapping', '--sig-proxy=false', 'busybox', 'sh', '-c', TRAP]
          : ['start', '-a', '--sig-proxy=false', 'trapping'];
      const front = start(words);
      await front.seen('tick');
      const { init } = findContainer('trapping').state;
      process.kill(front.pid, 'SIGTERM');
      const { status, stdout } = await front.ended;
      expect({ status, heard: stdout.includes('heard') }).toEqual({ status: null, heard: false });
      await until(() => !isAlive(init.pid, init.startTime));
    },
  );
});
