import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
afterEach(() => {
  const all = listContainers(() => {}).map(({ config }) => config.name);
  if (all.length > 0) output('rm', '-fv', ...all);
});

const stateOf = (name: string) => findContainer(name).state;

/** Its id as `create` prints it, without the end of the line. */
const create = (name: string, ...words: string[]) => output('create', '--name', name, ...words).trim();

/** The program with something on its standard input. */
const given = (input: string, ...words: string[]) =>
  spawnSync(process.execPath, [TSLAB, ...words], { input, encoding: 'utf8' });

describe.skipIf(!isRoot)('tslab create (skipped without root: it makes cgroups)', () => {
  it('makes a container that does not run, prints its id, and leaves it in peace', () => {
    const id = create('box', 'busybox', 'sleep', '1000');
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(findContainer('box').config.id).toBe(id);
    expect(stateOf('box').init.pid).toBe(0);
    expect(openCgroups().find(id)).toBeUndefined();
    expect(tslab(['cleanup']).stdout).not.toMatch(/removed +container/);
    expect(output('ps', '-q')).toBe('');
    expect(output('ps', '-a', '--format', '{{.Names}} {{.Status}}')).toBe('box Created\n');
    expect(output('wait', 'box')).toBe('0\n');
  });

  it('is followed by start, which runs it in the background with all that was asked for', () => {
    create('box', '--hostname', 'inside', '-e', 'A=1', '--read-only', 'busybox', 'sh', '-c', 'hostname; echo $A; >/x');
    expect(output('start', 'box')).toBe('box\n');
    expect(output('wait', 'box')).toBe('1\n');
    expect(tslab(['logs', 'box'])).toMatchObject({
      stdout: 'inside\n1\n',
      stderr: expect.stringMatching(/Read-only file system/),
    });
  });

  it('is followed by start -a, in the foreground, with the status of the program', () => {
    create('box', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 7');
    expect(tslab(['start', '-a', 'box'])).toMatchObject({ status: 7, stdout: 'out\n', stderr: 'err\n' });
    expect(stateOf('box')).toMatchObject({ status: 'exited', exitCode: 7 });
  });

  it('is followed by start -ai, which hands our input on', () => {
    create('box', '-i', 'busybox', 'cat');
    expect(given('from here', 'start', '-ai', 'box')).toMatchObject({ status: 0, stdout: 'from here' });
  });

  it('is followed by start -ai at a terminal, which is the terminal of the container', async () => {
    create('box', '-it', 'busybox', 'sh');
    const session = atTerminal('start -ai box');
    await session.seen('# ');
    session.type('tty; exit 5\n');
    expect(await session.ended).toMatchObject({ status: 5, stdout: expect.stringMatching(/\/dev\/(pts\/0|console)/) });
  });

  it('with --rm: it is removed when it has ended, and not before', async () => {
    for (const flags of [['-a'], []]) {
      create('box', '--rm', 'busybox', 'true');
      expect(output('ps', '-aq')).not.toBe('');
      output('start', ...flags, 'box');
      await until(() => output('ps', '-aq') === '');
    }
  });

  it('takes a name as run does, and gives it back with rm', () => {
    create('box', 'busybox');
    expect(tslab(['create', '--name', 'box', 'busybox'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/The name "box" is in use/),
    });
    const { directory } = findContainer('box');
    expect(output('rm', 'box')).toBe('box\n');
    expect(existsSync(directory)).toBe(false);
    create('box', 'busybox');
  });

  it('leaves nothing where there is no such image, or no such flag', () => {
    expect(tslab(['create', '-v', '/anonymous', 'nosuch']).status).toBe(1);
    expect(tslab(['create', '--detach', 'busybox'])).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/unknown flag: --detach/),
    });
    expect(output('ps', '-aq')).toBe('');
    expect(output('volume', 'ls', '-q')).toBe('');
  });

  it('makes what prune removes', () => {
    const id = create('box', 'busybox');
    expect(output('prune', '-f')).toContain(`Deleted Containers:\n${id}\n`);
  });
});

describe.skipIf(!isRoot)("Docker's longer names (skipped without root: they start containers)", () => {
  it('are other names of the same commands', () => {
    const id = output('container', 'create', '--name', 'box', 'busybox', 'true').trim();
    expect(output('container', 'start', '-a', 'box')).toBe('');
    expect(output('container', 'ls', '-aq', '--no-trunc')).toBe(`${id}\n`);
    expect(output('container', 'list', '-aq')).toBe(output('ps', '-aq'));
    expect(output('container', 'inspect', '-f', '{{.Id}}', 'box')).toBe(`${id}\n`);
    expect(output('container', 'run', '--rm', 'busybox', 'echo', 'ls')).toBe('ls\n');
    expect(output('container', 'rm', 'box')).toBe('box\n');
    expect(output('container', 'prune', '-f')).toBe('Total reclaimed space: 0B\n');
  });

  it('have the statuses of the short ones, and errors that name them', () => {
    expect(tslab(['container', 'run', '--rm', 'busybox', 'sh', '-c', 'exit 7']).status).toBe(7);
    expect(tslab(['container', 'run', '--rm', 'busybox', 'nosuch']).status).toBe(127);
    expect(tslab(['container', 'rename', 'box'])).toMatchObject({
      status: 1,
      stderr:
        "tslab: 'tslab container rename' requires 2 arguments\nUsage: tslab container rename [options] <container> <new-name>\n",
    });
  });
});
