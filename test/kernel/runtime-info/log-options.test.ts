import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { shell, start, tslab } from '../tslab.js';
import { output, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
afterEach(() => {
  if (isRoot) tslab(['rm', '-f', 'box']);
});

const ended = () => until(() => findContainer('box').state.status === 'exited');

describe.skipIf(!isRoot)('the log of a container in the foreground (skipped without root)', () => {
  it('has what was shown, each output for itself', () => {
    const script = 'echo out; echo err >&2; printf end; exit 3';
    const shown = { stdout: 'out\nend', stderr: 'err\n' };
    expect(tslab(['run', '--name', 'box', 'busybox', 'sh', '-c', script])).toMatchObject({ ...shown, status: 3 });
    expect(tslab(['logs', 'box'])).toMatchObject(shown);
    expect(output('logs', '-t', 'box')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{18}Z out\n.*Z end$/s);
    expect(tslab(['start', '-a', 'box'])).toMatchObject({ ...shown, status: 3 });
    expect(output('logs', 'box')).toBe('out\nendout\nend');
  });

  it('is none with --rm, nor of a driver none: the program has our own files then', () => {
    const kind = 'stat -L -c %F /proc/self/fd/1';
    const { stdout } = shell(`cd "$TSLAB_STATE"
      tslab run --rm busybox ${kind} > a; cat a
      tslab run --log-driver none --name box busybox ${kind} > b; cat b
      tslab run --name kept busybox ${kind} > c; cat c; rm a b c; tslab rm kept`);
    expect(stdout).toBe('regular empty file\nregular empty file\nfifo\nkept\n');
    expect(readdirSync(findContainer('box').directory)).not.toContain('stdout.log');
  });

  it('keeps the order of both outputs where they go to the same place', () => {
    const script = 'for i in 1 2 3; do echo out $i; echo err $i >&2; done';
    const order = 'out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n';
    expect(shell(`tslab run --name box busybox sh -c '${script}' 2>&1`).stdout).toBe(order);
    expect(output('logs', 'box')).toBe(order);
  });

  it('takes all of a lot of output, and input from a pipe', () => {
    const { stdout } = shell(
      'seq 300000 | tslab run -i --name box busybox cat | cksum; seq 300000 | cksum; tslab logs box | cksum',
    );
    expect(new Set(stdout.trim().split('\n')).size).toBe(1);
  });

  it('can be read where tslab was killed, up to what it had shown', async () => {
    const run = start(['run', '--name', 'box', 'busybox', 'sh', '-c', 'while :; do echo tick; sleep 0.01; done']);
    await run.seen('tick\n', 20);
    run.kill('SIGKILL');
    const { stdout } = await run.ended;
    expect(output('logs', 'box').startsWith(stdout)).toBe(true);
    expect(output('logs', '-n', '2', 'box')).toBe('tick\ntick\n');
  });

  it('ends with a program whose output nobody reads any more', () => {
    const { stdout } = shell(
      'tslab run --name box busybox yes | head -1; tslab logs box | head -1; tslab logs box | wc -c',
    );
    const [shown, logged, length] = stdout.split('\n');
    expect([shown, logged]).toEqual(['y', 'y']);
    expect(Number(length)).toBeLessThan(2 ** 24);
  });
});

describe.skipIf(!isRoot)('--log-driver and --log-opt (skipped without root)', () => {
  it('none keeps nothing, with and without a terminal', async () => {
    for (const flags of [['-d'], ['-d', '-t']]) {
      output('run', ...flags, '--log-driver', 'none', '--name', 'box', 'busybox', 'seq', '10000');
      await ended();
      expect(readdirSync(findContainer('box').directory).filter((name) => name.endsWith('.log'))).toEqual([]);
      expect(tslab(['logs', 'box'])).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^Error: configured logging driver does not support reading\n/),
      });
      output('rm', 'box');
    }
  });

  it('are what inspect shows', () => {
    const words = ['--log-driver', 'local', '--log-opt', 'max-size=2m', '--log-opt', 'max-file=3'];
    output('run', '-d', '--name', 'box', ...words, 'busybox', 'true');
    const format = '{{json .HostConfig.LogConfig}} {{.LogPath}}';
    const path = join(findContainer('box').directory, 'stdout.log');
    const config = '{"Type":"local","Config":{"max-file":"3","max-size":"2m"}}';
    expect(output('inspect', '-f', format, 'box')).toBe(`${config} ${path}\n`);
    expect(existsSync(path)).toBe(true);
  });

  it('max-size and max-file bound what the disk holds and logs show; who follows misses nothing and sees nothing twice', async () => {
    const script =
      'i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); [ $((i%100)) = 0 ] && usleep 5000; done; echo end';
    runDetached('box', script, ['--log-opt', 'max-size=10k', '--log-opt', 'max-file=3']);
    const followed = (await start(['logs', '-f', 'box']).ended).stdout.trimEnd().split('\n');
    const first = Number(followed[0]);
    expect(followed).toEqual([...Array.from({ length: 20_000 - first }, (_, i) => String(first + i)), 'end']);
    await ended();
    const kept = output('logs', 'box');
    expect(kept).toMatch(/^(\d{5}\n)+end\n$/);
    expect(kept.length).toBeGreaterThan(20_000);
    expect(kept.length).toBeLessThanOrEqual(30_000);
    expect(output('logs', '-n', '2', 'box')).toBe('19999\nend\n');
    expect(output('logs', '--since', '1h', 'box')).toBe(kept);
    expect(statSync(join(findContainer('box').directory, 'stdout.log')).blocks * 512).toBeLessThan(60_000);
  });

  it('bound what a container in the foreground leaves as well, and its time stamps stay', () => {
    const before = Date.now();
    output('run', '--name', 'box', '--log-opt', 'max-size=1k', 'busybox', 'seq', '100000');
    const lines = output('logs', '-t', 'box').trimEnd().split('\n');
    expect(lines.length).toBeLessThan(200);
    expect(lines.at(-1)).toMatch(/Z 100000$/);
    expect(Date.parse(lines[0]?.slice(0, 30) ?? '')).toBeGreaterThanOrEqual(before - 10);
    expect(
      readFileSync(join(findContainer('box').directory, 'stdout.log'))
        .subarray(0, 4096)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('env and labels name what --details puts in front of each line, behind the time', async () => {
    const given = ['-e', 'A=1 2', '-l', 'B=x', '-l', 'C=y'];
    const words = [...given, '--log-opt', 'labels=B', '--log-opt', 'env-regex=^A'];
    runDetached('box', 'echo one; echo two >&2', words);
    await ended();
    expect(tslab(['logs', '--details', 'box'])).toMatchObject({ stdout: 'A=1+2,B=x one\n', stderr: 'A=1+2,B=x two\n' });
    expect(output('logs', '-t', '--details', 'box')).toMatch(/Z A=1\+2,B=x one\n$/);
    output('rm', 'box');
    runDetached('box', 'echo one');
    await ended();
    expect(output('logs', '--details', 'box')).toBe(' one\n');
  });
});
