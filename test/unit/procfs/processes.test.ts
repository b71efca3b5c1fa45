import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, listProcesses, parseStat, readProcess, startTime } from '../../../src/procfs/processes.js';

/** Recorded from a Python program that called itself `a) (b`, newline, `\c`. */
const ODD_COMM =
  '8142 (a) (b\n\\c) R 8135 8134 6379 0 -1 4194304 2898 6529 19 1 2 0 0 0 20 0 1 0 156001 15024128 2371 18446744073709551615\n';
const KTHREADD =
  '2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 24 0 0 18446744073709551615 0 0 0 0 0 0 0 2147483647 0\n';
const NO_PROCESS = 2 ** 22 + 1;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

async function startSleeper(): Promise<number> {
  child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  return child.pid as number;
}

describe('parseStat', () => {
  it('reads a name with parentheses, spaces and a newline whole', () => {
    expect(parseStat(ODD_COMM)).toEqual({
      pid: 8142,
      comm: 'a) (b\n\\c',
      state: 'R',
      ppid: 8135,
      pgrp: 8134,
      session: 6379,
      startTime: 156001,
      kernelThread: false,
    });
  });

  it('knows a thread of the kernel by its flag', () => {
    expect(parseStat(KTHREADD)).toMatchObject({ pid: 2, comm: 'kthreadd', startTime: 24, kernelThread: true });
  });
});

describe('live processes', () => {
  it('finds a child in the list', async () => {
    const pid = await startSleeper();
    expect(listProcesses().map((found) => found.pid)).toContain(pid);
  });

  it('tells a process from an earlier one with the same pid', async () => {
    const pid = await startSleeper();
    const started = startTime(pid) as number;
    expect(isAlive(pid, started)).toBe(true);
    expect(isAlive(pid, started - 1)).toBe(false);
  });

  it('knows that a process has died', async () => {
    const pid = await startSleeper();
    const started = startTime(pid) as number;
    child?.kill('SIGKILL');
    await once(child as ChildProcess, 'exit');
    expect(isAlive(pid, started)).toBe(false);
    expect(readProcess(pid)).toBeNull();
  });

  it('counts a zombie as dead', async () => {
    // The shell becomes `sleep`, which never waits for the child that the shell started; it ends only after that.
    child = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => readProcess(child?.pid as number)?.comm).toBe('sleep');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readProcess(pid)?.state).toBe('Z');
    expect(isAlive(pid, startTime(pid) as number)).toBe(false);
  });

  it('has nothing to say about a process that never was', () => {
    expect(readProcess(NO_PROCESS)).toBeNull();
    expect(startTime(NO_PROCESS)).toBeNull();
    expect(isAlive(NO_PROCESS, 1)).toBe(false);
  });
});
