import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import type { Container } from '../../../src/container/store/store.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { tslab } from '../tslab.js';

/** Gives the tests of a file a state directory of their own, and kills what they left running. The function returns its path. */
export function useOwnState(): () => string {
  const before = process.env.TSLAB_STATE;
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tslab-info-'));
    process.env.TSLAB_STATE = directory;
  });
  afterAll(async () => {
    for (const { state } of listContainers(() => {})) if (state.init.pid > 0) killIfThere(state.init.pid);
    await until(() => !existsSync(join(directory, 'run/supervisor.sock')));
    rmSync(directory, { recursive: true });
    process.env.TSLAB_STATE = before;
    if (before === undefined) delete process.env.TSLAB_STATE;
  });
  return () => directory;
}

/** Starts a container in the background that runs a shell script. */
export function runDetached(name: string, script: string, flags: readonly string[] = []): Container {
  const words = ['run', '-d', '--name', name, ...flags, 'busybox', 'sh', '-c', script];
  const { status, stderr } = tslab(words);
  if (status !== 0) throw new Error(`tslab ${words.join(' ')}: ${stderr}`);
  return findContainer(name);
}

/** What `tslab` prints on standard output; throws where it fails. */
export function output(...words: string[]): string {
  const { status, stdout, stderr } = tslab(words);
  if (status !== 0) throw new Error(`tslab ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Removes the containers that a test has left, behind each of a file. */
export function removeBehindEach(): void {
  afterEach(() => {
    const all = listContainers(() => {}).map(({ config }) => config.name);
    if (all.length > 0) output('rm', '-f', ...all);
  });
}

/** Waits until something holds; throws after 30 s, since the machine may be busy with something else. */
export async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !holds(); await delay(20)) {
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${holds}`);
  }
}

/** Kills the first process of a container and waits until its end is written down. */
export async function killInit({ config, state: { init } }: Container): Promise<void> {
  process.kill(init.pid, 'SIGKILL');
  await until(() => !isAlive(init.pid, init.startTime) && findContainer(config.id).state.status === 'exited');
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
