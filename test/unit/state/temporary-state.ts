import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { startTime } from '../../../src/procfs/processes.js';

/** Gives each test of a file a state directory of its own; the function returns its path. */
export function useTemporaryState(): () => string {
  let directory = '';
  const before = process.env.TSLAB_STATE;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tslab-test-'));
    process.env.TSLAB_STATE = directory;
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
    if (before === undefined) delete process.env.TSLAB_STATE;
    else process.env.TSLAB_STATE = before;
  });
  return () => directory;
}

/** A real process to own a ledger, by the name its ledger has. */
export async function startOwner(): Promise<{ name: string; kill(): Promise<void> }> {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const name = `${child.pid}-${startTime(child.pid ?? 0)}`;
  return { name, kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The name of an owner that has died. */
export async function deadOwner(): Promise<string> {
  const owner = await startOwner();
  await owner.kill();
  return owner.name;
}
