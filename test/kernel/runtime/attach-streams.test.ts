import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../../../src/container/state.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { output, removeBehindEach, until, useOwnState } from '../runtime-info/containers.js';
import { shell, start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

const PRINT = ['busybox', 'sh', '-c', 'echo out; echo err >&2'];
const ATTACHED = '{{.Config.AttachStdin}} {{.Config.AttachStdout}} {{.Config.AttachStderr}}';

/** What a process has as 0 to 2. */
const descriptorsOf = (pid: number) => [0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));

/** What the log of a stream holds. */
const logOf = (name: string, stream: string) =>
  readFileSync(join(findContainer(name).directory, `${stream}.log`), 'utf8');

describe.skipIf(!isRoot)('run -a, --attach (skipped without root)', () => {
  it.each([
    [[], 'out\n', 'err\n', 'false true true'],
    [['-a', 'stdout'], 'out\n', '', 'false true false'],
    [['--attach', 'STDERR'], '', 'err\n', 'false false true'],
    [['-a', 'stdout', '--attach=stderr'], 'out\n', 'err\n', 'false true true'],
    [['-i', '-a', 'stdout'], 'out\n', '', 'true true false'],
  ])('%j shows what it names, keeps all, and inspect tells it', (flags, stdout, stderr, attached) => {
    const ended = tslab(['run', '--name', 'named', ...flags, ...PRINT]);
    expect(ended).toMatchObject({ status: 0, stdout, stderr });
    expect([logOf('named', 'stdout'), logOf('named', 'stderr')]).toEqual(['out\n', 'err\n']);
    expect(output('inspect', '-f', ATTACHED, 'named')).toBe(`${attached}\n`);
  });

  it('stdin alone prints the id, and the program reads what we are given', () => {
    const { status, stdout, stderr } = shell(
      `echo word | tslab run -i -a stdin --name reader busybox sh -c 'cat; exit 3'`,
    );
    const { id } = findContainer('reader').config;
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${id}\n`, stderr: '' });
    expect(logOf('reader', 'stdout')).toBe('word\n');
    expect(output('inspect', '-f', ATTACHED, 'reader')).toBe('true false false\n');
  });

  it.each([[[]], [['--rm']]])(
    'with %j the program has its own descriptors where it is attached, and a pipe to the log or /dev/null where not',
    async (flags) => {
      const front = start([
        'run',
        '--name',
        'looking',
        ...flags,
        '-a',
        'stdout',
        'busybox',
        'sh',
        '-c',
        'echo on; exec sleep 1000',
      ]);
      await front.seen('on');
      const { pid } = findContainer('looking').state.init;
      await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
      const [inside, ours] = [pid, front.pid].map(descriptorsOf) as [string[], string[]];
      expect(inside[0]).toBe('/dev/null');
      if (flags.length > 0) expect(inside.slice(1)).toEqual([ours[1], '/dev/null']);
      else expect(inside.slice(1)).toEqual([expect.stringMatching(/^pipe:/), expect.stringMatching(/^pipe:/)]);
      expect(new Set([...inside, ours[2]]).size).toBe(flags.length > 0 ? 3 : 4);
      process.kill(pid, 'SIGKILL');
      await front.ended;
    },
  );

  it('at a terminal of its own shows nothing where only stderr is attached, which a terminal has not', () => {
    expect(tslab(['run', '-t', '-a', 'stderr', '--name', 'tty', ...PRINT])).toMatchObject({ status: 0, stdout: '' });
    expect(logOf('tty', 'stdout')).toBe('out\r\nerr\r\n');
  });

  it('is remembered by create, and start -a shows both, as with docker', () => {
    output('create', '--name', 'later', '-a', 'stderr', ...PRINT);
    expect(output('inspect', '-f', ATTACHED, 'later')).toBe('false false true\n');
    expect(tslab(['start', '-a', 'later'])).toMatchObject({ status: 0, stdout: 'out\n', stderr: 'err\n' });
  });

  it.each([
    [['-a', 'log'], 125, 'invalid argument "log" for "-a, --attach" flag: valid streams are STDIN, STDOUT and STDERR'],
    [['-d', '-a', 'stdout'], 1, 'Conflicting options: -a and -d'],
    [['-t', '-a', 'stdin'], 1, 'the input device is not a TTY'],
  ])('%j is refused in the words of docker, and makes nothing', (flags, status, words) => {
    expect(tslab(['run', ...flags, ...PRINT])).toMatchObject({ status, stderr: expect.stringContaining(words) });
    expect(listContainers(() => {})).toEqual([]);
  });
});

describe.skipIf(!isRoot)('start -a of a container that runs (skipped without root)', () => {
  it('attaches to it', async () => {
    const script = 'trap "exit 5" TERM; while :; do echo tick; sleep 0.1; done';
    output('run', '-d', '--name', 'ticking', 'busybox', 'sh', '-c', script);
    const front = start(['start', '-a', 'ticking']);
    await front.seen('tick');
    expect(isRunning(findContainer('ticking').state)).toBe(true);
    process.kill(front.pid, 'SIGTERM');
    expect((await front.ended).status).toBe(5);
  });
});
