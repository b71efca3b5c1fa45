import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import type { Container } from '../../../src/container/store/store.js';
import { shell, start, TSLAB, tslab } from '../tslab.js';
import { output, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

const ended = ({ config }: Container) => until(() => findContainer(config.id).state.status === 'exited');

/** When the first two lines of a container were written. */
function timesOf(name: string): [number, number] {
  const [first = '', second = ''] = output('logs', '-t', name).split('\n');
  return [Date.parse(first.slice(0, 30)), Date.parse(second.slice(0, 30))];
}

describe.skipIf(!isRoot)('tslab logs (skipped without root: it runs containers)', () => {
  let talker: Container;
  beforeAll(async () => {
    talker = runDetached('talker', 'for i in 1 2 3; do echo out $i; echo err $i >&2; done');
    await ended(talker);
  });

  it('gives each stream to its own', () => {
    expect(tslab(['logs', 'talker'])).toMatchObject({
      status: 0,
      stdout: 'out 1\nout 2\nout 3\n',
      stderr: 'err 1\nerr 2\nerr 3\n',
    });
  });

  it('passes on what is no UTF-8, byte for byte, and a line that has no end', async () => {
    await ended(runDetached('bytes', String.raw`printf '\377\000\376 no end'`));
    const { stdout } = spawnSync(process.execPath, [TSLAB, 'logs', 'bytes']);
    expect(stdout).toEqual(Buffer.concat([Buffer.from([0xff, 0, 0xfe]), Buffer.from(' no end')]));
  });

  it('shows as many lines from the end as --tail says, of a log of any size', async () => {
    const long = runDetached('long', 'seq 1 200000');
    await ended(long);
    expect(readFileSync(join(long.directory, 'stdout.log')).length).toBeGreaterThan(1_000_000);
    expect(output('logs', '--tail', '2', 'long')).toBe('199999\n200000\n');
    expect(output('logs', '-n', '0', 'long')).toBe('');
    expect(shell('tslab logs long | cksum').stdout).toBe(shell('seq 1 200000 | cksum').stdout);
    expect(shell('tslab logs --tail 999999 long | wc -l').stdout.trim()).toBe('200000');
  });

  it('knows what came later than --since and before --until, by the marks of the supervisor', async () => {
    const slow = runDetached('slow', 'sleep 1; echo early; sleep 1; echo late');
    await ended(slow);
    expect(output('logs', 'slow')).toBe('early\nlate\n');
    const middle = new Date(timesOf('slow')[0] + 500).toISOString();
    expect(output('logs', '--since', middle, 'slow')).toBe('late\n');
    expect(output('logs', '--until', middle, 'slow')).toBe('early\n');
    expect(output('logs', '--since', '1h', '--until', '0s', 'slow')).toBe('early\nlate\n');
    expect(output('logs', '--since', '0s', 'slow')).toBe('');
  });

  it('has the lines of both outputs in the order in which they were written, 50 ms apart', async () => {
    const script =
      'for i in 1 2 3; do sleep 0.05; echo out $i; sleep 0.05; echo err $i >&2; done; sleep 0.05; echo last';
    await ended(runDetached('both', script));
    const { stdout } = shell('tslab logs both 2>&1');
    expect(stdout).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\nlast\n');
    expect(shell('tslab logs -n 1 both 2>&1').stdout).toBe('last\n');
    expect(shell('tslab logs -n 2 both 2>&1').stdout).toBe('err 3\nlast\n');
  });

  it('tells with -t when a line was written, as docker does', async () => {
    const start = Date.now();
    await ended(runDetached('timed', 'echo first; sleep 1; echo second'));
    const [first, second] = timesOf('timed');
    expect(first).toBeGreaterThanOrEqual(start);
    expect(second - first).toBeGreaterThan(900);
    expect(second - first).toBeLessThan(3000);
    expect(output('logs', '-t', '-n', '1', 'timed')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z second\n$/);
  });

  it('follows with the time in front of each line, until --until', async () => {
    runDetached('stamped', 'while :; do echo tick; sleep 0.2; done');
    const from = Date.now();
    const { stdout, status } = tslab(['logs', '-f', '-t', '--until', '-2s', 'stamped']);
    expect(Date.now() - from).toBeGreaterThan(1900);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^(\d{4}-\d\d-\d\dT\S+Z tick\n){3,}$/);
  });

  it('follows until the container ends, and misses nothing', async () => {
    runDetached('counting', 'i=0; while [ $i -lt 200 ]; do echo $i; i=$((i+1)); done; sleep 1; echo last');
    const { status, stdout } = await start(['logs', '-f', 'counting']).ended;
    expect(status).toBe(0);
    expect(stdout).toBe([...Array(200).keys(), 'last', ''].join('\n'));
  });

  it('follows from the end on with --tail 0', async () => {
    const box = runDetached('box', 'echo before; sleep 1000');
    await until(() => readFileSync(join(box.directory, 'stdout.log'), 'utf8') !== '');
    const following = start(['logs', '-f', '--tail', '0', 'box']);
    // It is written by whoever has the file: here, in the container's place.
    const timer = setInterval(() => appendFileSync(join(box.directory, 'stdout.log'), 'after\n'), 100);
    await following.seen('after');
    clearInterval(timer);
    process.kill(box.state.init.pid, 'SIGKILL');
    const { stdout } = await following.ended;
    expect(stdout).toMatch(/^(after\n)+$/);
  });

  it('ends quietly where nobody reads any more', () => {
    const { stdout, stderr } = spawnSync('bash', ['-c', `'${process.execPath}' '${TSLAB}' logs long | head -1`], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: '1\n', stderr: '' });
  });

  it('says that a container in the foreground with --rm is not logged', async () => {
    const run = start(['run', '--rm', '--name', 'front', 'busybox', 'sh', '-c', 'echo hi; sleep 1000']);
    await run.seen('hi');
    expect(tslab(['logs', 'front'])).toMatchObject({ status: 1, stderr: expect.stringContaining('is not logged') });
    run.kill('SIGKILL');
    await run.ended;
  });

  it('goes on without the marks, or with damaged ones', () => {
    writeFileSync(join(talker.directory, 'log.index'), '{"time":\n\0\0\0');
    expect(output('logs', '--since', '1h', 'talker')).toBe('out 1\nout 2\nout 3\n');
  });

  it.each([
    [['--tail', 'two'], /--tail "two" is not a number of lines/],
    [['--since', 'noon'], /--since "noon" is not a time/],
  ])('refuses %j', (words, message) => {
    const { status, stderr } = tslab(['logs', ...words, 'talker']);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });
});
