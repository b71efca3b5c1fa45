import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { findContainer } from '../../../src/container/store/find.js';
import type { Container } from '../../../src/container/store/store.js';
import { NAMESPACE_KINDS, readNamespaces } from '../../../src/procfs/namespaces.js';
import { listProcesses, type Process } from '../../../src/procfs/processes.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { shell, start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

describe.skipIf(!isRoot)('tslab exec (skipped without root: it makes cgroups)', () => {
  let box: Container;
  beforeAll(() => {
    const flags = ['--name', 'box', '-e', 'COLOUR=green', '-w', '/tmp', '-u', '1000:1000'];
    output('run', '-d', ...flags, 'busybox', 'sleep', '1000');
    box = findContainer('box');
  });
  afterAll(() => output('rm', '-f', 'box'));

  /** The process in the container that has this name. */
  const inBox = (name: string): Process | undefined =>
    listProcesses().find(({ pid, comm }) => comm === name && pid !== box.state.init.pid && isIn(pid));
  const isIn = (pid: number) => readNamespaces(pid).pid === readNamespaces(box.state.init.pid).pid;

  it('is in all namespaces of the container, and in its cgroup', async () => {
    output('exec', '-d', 'box', 'sleep', '999');
    await until(() => inBox('sleep') !== undefined);
    const { pid, session } = inBox('sleep') as Process;
    const [its, inits] = [readNamespaces(pid), readNamespaces(box.state.init.pid)];
    for (const kind of NAMESPACE_KINDS) expect([kind, its[kind]]).toEqual([kind, inits[kind]]);
    expect(openCgroups().find(box.config.id)?.procs()).toContain(pid);
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toBe(
      readFileSync(`/proc/${box.state.init.pid}/cgroup`, 'utf8'),
    );
    expect(readdirSync(`/proc/${pid}/fd`)).toEqual(['0', '1', '2']);
    expect(session).toBe(pid);
    process.kill(pid, 'SIGKILL');
  });

  it('fails with 1 in the background, where its end would say nothing', () => {
    for (const word of ['no-such-program', '/etc/passwd']) {
      const failed = tslab(['exec', '-d', 'box', word]);
      expect(failed).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining(`Error: exec: "${word}"`),
      });
      expect(tslab(['exec', 'box', word]).status).toBe(word === '/etc/passwd' ? 126 : 127);
    }
  });

  it('is counted by the limits of the container', () => {
    const crowd = 'i=0; while [ $i -lt 40 ]; do sleep 1 & i=$((i+1)); done; wait';
    output('run', '-d', '--name', 'small', '--pids-limit', '20', 'busybox', 'sleep', '1000');
    expect(tslab(['exec', 'small', 'sh', '-c', crowd]).stderr).toMatch(/can't fork/);
    output('rm', '-f', 'small');
  });

  it('has environment, directory and user of the container', () => {
    expect(output('exec', 'box', 'sh', '-c', 'echo $COLOUR; pwd; id -u; id -g')).toBe('green\n/tmp\n1000\n1000\n');
  });

  it('has others where they are asked for', () => {
    const script = 'echo $COLOUR $SIZE $HOME; pwd; id -u';
    const words = ['exec', '-e', 'COLOUR=blue', '-e', 'SIZE=xl', '-w', '/bin', '-u', '0', 'box', 'sh', '-c', script];
    expect(output(...words)).toBe('blue xl /root\n/bin\n0\n');
  });

  it.each([
    [['sh', '-c', 'exit 5'], 5],
    [['sh', '-c', 'kill -9 $$'], 137],
    [['true'], 0],
    [['nosuch'], 127],
    [['/tmp'], 126],
  ])('ends as the command does: %j', (command, status) => {
    expect(tslab(['exec', 'box', ...command]).status).toBe(status);
  });

  it('is led nowhere by a directory that the caller has left open, also where a link of the container says so', () => {
    output('exec', 'box', 'ln', '-s', '/proc/self/fd/9', '/tmp/app');
    const { status, stdout, stderr } = shell('exec 9</; tslab exec -w /tmp/app box ls');
    expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
    expect(stderr).toContain('chdir to cwd ("/tmp/app") failed: no such file or directory');
  });

  it('reads our input with -i, and nothing without', () => {
    expect(shell('echo input | tslab exec -i box cat').stdout).toBe('input\n');
    expect(shell('echo input | tslab exec box cat').stdout).toBe('');
  });

  it('hands signals on', async () => {
    const script = "trap 'echo TERM; exit 4' TERM; echo ready; while :; do sleep 0.05; done";
    const running = start(['exec', 'box', 'sh', '-c', script]);
    await running.seen('ready');
    running.kill('SIGTERM');
    expect(await running.ended).toEqual({ status: 4, stdout: 'ready\nTERM\n' });
  });

  it('dies with tslab, unless it runs in the background', async () => {
    const running = start(['exec', 'box', 'sh', '-c', 'echo ready; exec tail -f /dev/null']);
    await running.seen('ready');
    running.kill('SIGKILL');
    await until(() => inBox('tail') === undefined);
    output('exec', '-d', 'box', 'tail', '-f', '/dev/null');
    expect(inBox('tail')).toBeDefined();
    process.kill((inBox('tail') as Process).pid, 'SIGKILL');
  });

  it('does not go into a container that does not run, or is paused', () => {
    expect(tslab(['exec', 'nosuch', 'true'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/No such container: nosuch/),
    });
    output('pause', 'box');
    expect(tslab(['exec', 'box', 'true'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/is paused, unpause/),
    });
    output('unpause', 'box');
    tslab(['run', '--name', 'over', 'busybox', 'true']);
    expect(tslab(['exec', 'over', 'true'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/over is not running/),
    });
    output('rm', 'over');
  });

  it('needs a container and a command', () => {
    expect(tslab(['exec', 'box'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/'tslab exec' requires at least 2 arguments/),
    });
    expect(tslab(['exec', '--colour', 'box', 'true'])).toMatchObject({ status: 125 });
    expect(tslab(['exec', '-it', 'box', 'true'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/not a TTY/),
    });
  });
});
