import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import * as calls from '../../src/kernel/calls/index.js';
import { O_RDONLY } from '../../src/kernel/constants.js';
import { SyscallError } from '../../src/kernel/errors/syscall-error.js';
import { start } from '../../src/kernel/process.js';
import { waitNoMore, waitNow } from '../../src/kernel/wait.js';
import { readProcess } from '../../src/procfs/processes.js';
import { run, shell, thrownBy } from '../support/inside.js';

describe('a program at the end of a list', () => {
  it.each([0, 1, 42, 255])('ends with its own exit status, %i', async (status) => {
    expect(await run(shell(`exit ${status}`))).toMatchObject({ code: status, signal: undefined, status });
  });

  it.each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
    ['SIGSEGV', 139],
  ])('that %s ends has the status %i, as in a shell', async (signal, status) => {
    const ended = await run(shell(`kill -${signal.slice(3)} $$`));
    expect(ended).toMatchObject({ code: undefined, signal, status });
  });

  it('has /dev/null as 0 to 2 where nothing else was asked for: ours may be a terminal', async () => {
    const child = start(shell('exec sleep 1000'));
    const links = [0, 1, 2].map((fd) => readlinkSync(`/proc/${child.pid}/fd/${fd}`));
    process.kill(child.pid, 'SIGKILL');
    await child.exited;
    expect(links).toEqual(Array(3).fill('/dev/null'));
  });

  it('prints into the pipes that were asked for, each its own', async () => {
    const child = start({ ...shell('echo out; echo err >&2'), stdio: ['null', 'pipe', 'pipe'] });
    const [out, err] = await Promise.all([child.stdout, child.stderr].map((pipe) => (pipe ? text(pipe) : '')));
    expect([out, err]).toEqual(['out\n', 'err\n']);
  });

  it('reads what is written into its pipe, to the end', async () => {
    const child = start({ ...shell('wc -c'), stdio: ['pipe', 'pipe', 2] });
    child.stdin?.end('x'.repeat(200_000));
    expect(await text(child.stdout as NodeJS.ReadableStream)).toBe('200000\n');
  });

  it('reads nothing where it was given /dev/null', async () => {
    expect((await run(shell('cat; echo end'))).output).toBe('end\n');
  });

  it('prints more than a pipe holds while nobody looks yet', async () => {
    const child = start({ ...shell('seq 100000'), stdio: ['null', 'pipe', 2] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await text(child.stdout as NodeJS.ReadableStream)).split('\n')).toHaveLength(100_001);
  });

  it('gets 10,000 arguments and an environment of 64 KiB whole', async () => {
    const [argv, envp] = [Array.from({ length: 10_000 }, (_, i) => `${i}`), [`BIG=${'e'.repeat(64 * 1024)}`]];
    const script = `echo $# $1 $\{10000} $\{#BIG}`;
    const spec = { calls: [calls.execve('/bin/sh', ['sh', '-c', script, 'sh', ...argv], envp)] };
    expect((await run(spec)).output).toBe('10000 0 9999 65536\n');
  });

  it.each(['ü', '€', '😀', 'x'])('gets the longest argument that the kernel takes, of %s', async (character) => {
    const size = Math.floor((128 * 1024 - 1) / Buffer.byteLength(character)) * Buffer.byteLength(character);
    const longest = character.repeat(size / Buffer.byteLength(character));
    const argv = ['sh', '-c', 'printf %s "$1" | md5sum', 'sh', longest];
    const { output } = await run({ calls: [calls.execve('/bin/sh', argv, ['PATH=/bin:/usr/bin'])] });
    expect(output.split(' ')[0]).toBe(createHash('md5').update(longest).digest('hex'));
  });

  it('is refused with E2BIG where one argument is over 128 KiB, which is the limit of the kernel', () => {
    const error = thrownBy(() => start(shell(`: ${'x'.repeat(128 * 1024)}`)));
    expect(error.message).toMatch(/E2BIG .*: arguments and environment are too large/);
  });

  it('that does not exist is a clear error, and no child is left', () => {
    const error = thrownBy(() => start({ calls: [calls.execve('/no/such', ['such'], [])] }));
    expect(error).toBeInstanceOf(SyscallError);
    expect(error.message).toMatch(
      /^execve\("\/no\/such", \["such"\], .*\) failed: ENOENT .*: the program does not exist/,
    );
  });
});

describe('a list without a program', () => {
  it('ends with the status of exit_group', async () => {
    const child = start({ calls: [calls.getpid(), calls.exitGroup(7)] });
    expect(await child.exited).toMatchObject({ code: 7 });
  });
});

describe('waiting', () => {
  it('goes on when a signal arrives while the list is still running (EINTR)', async () => {
    await withFifo(async (fifo) => {
      // Two children of libuv: the first one's SIGCHLD arrives while poll(2) waits, the second lets the list go on.
      spawn('sleep', ['0.5']);
      const writer = spawn('sh', ['-c', `sleep 1.5; echo go > ${fifo}`]);
      const began = performance.now();
      const child = start(shell('exit 5', [calls.open(fifo, O_RDONLY)]));
      expect(performance.now() - began).toBeGreaterThan(700);
      expect(await child.exited).toMatchObject({ code: 5 });
      expect(writer.pid).toBeGreaterThan(0);
    });
  });

  it('does not take the exit status of a child of libuv', async () => {
    const theirs = spawn('sh', ['-c', 'exit 3']);
    const codes = new Promise((resolve) => theirs.on('exit', resolve));
    expect((await run(shell('exit 4'))).code).toBe(4);
    expect(await codes).toBe(3);
  });

  it('hears of a child behind one that has ended and that nobody waits for', async () => {
    const forgotten = start(shell('exit 0'));
    waitNoMore(forgotten.pid);
    await expect.poll(() => readProcess(forgotten.pid)?.state).toBe('Z');
    expect((await run(shell('exit 4'))).code).toBe(4);
    waitNow(forgotten.pid);
  });

  it('tells fifty processes at once apart', async () => {
    const all = Array.from({ length: 50 }, (_, i) => run(shell(`sleep 0.0${i % 7}; exit ${i}`)));
    expect((await Promise.all(all)).map(({ code }) => code)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});

async function withFifo(use: (fifo: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-fifo-'));
  const fifo = join(directory, 'fifo');
  try {
    await run(shell(`mkfifo ${fifo}`));
    await use(fifo);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
