import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listProcesses, readProcess } from '../../src/procfs/processes.js';

const OWNER = fileURLToPath(new URL('fixtures/owner.mjs', import.meta.url));

describe('when tslab is killed with SIGKILL', () => {
  it('the container dies with it, and everything in it', async () => {
    const owner = spawn(process.execPath, [OWNER, 'runs']);
    const pids = await family(Number(await firstLine(owner)), 3);
    owner.kill('SIGKILL');
    await until(() => pids.every(isGone));
    expect(pids).toHaveLength(3);
  });

  it('a child that still waits at the gate makes none of its calls', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tslab-death-'));
    const owner = spawn(process.execPath, [OWNER, 'diesAtTheGate', join(directory, 'made')]);
    const pid = Number(await firstLine(owner));
    await until(() => isGone(pid));
    expect(existsSync(join(directory, 'made'))).toBe(false);
    rmSync(directory, { recursive: true });
  });

  it('a child in the middle of its list dies, too, and does not wait for what its call waits for', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tslab-death-'));
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    const owner = spawn(process.execPath, [OWNER, 'waitsInItsList', directory]);
    const pid = Number(await firstLine(owner));
    await until(() => existsSync(join(directory, 'reached')));
    owner.kill('SIGKILL');
    await until(() => isGone(pid));
    rmSync(directory, { recursive: true });
  });

  it('a process that it did not start lives on', async () => {
    const owner = spawn(process.execPath, [OWNER, 'runs']);
    const bystander = spawn('sleep', ['100']);
    const pid = Number(await firstLine(owner));
    owner.kill('SIGKILL');
    await until(() => isGone(pid));
    expect(bystander.exitCode).toBeNull();
    bystander.kill();
  });
});

describe('the output of tslab', () => {
  it('can be that of a child too, though node marks its own descriptors close-on-exec', () => {
    const output = execFileSync('sh', ['-c', `'${process.execPath}' '${OWNER}' sharesItsOutput 2>&1`], {
      encoding: 'utf8',
    });
    expect(output).toBe('from node\nerror from node\nfrom the child\nerror from the child\n');
  });
});

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = child.stdout ? await once(child.stdout, 'data') : [];
  return String(chunk);
}

/** The pids of a process and its descendants, once there are as many as expected. */
async function family(pid: number, size: number): Promise<number[]> {
  await until(() => lineOf(pid).length >= size);
  return lineOf(pid);
}

function lineOf(pid: number): number[] {
  const children = listProcesses().filter(({ ppid }) => ppid === pid);
  return [pid, ...children.flatMap((child) => lineOf(child.pid))];
}

/** An orphan is a zombie until the init of the machine has collected it. */
function isGone(pid: number): boolean {
  const found = readProcess(pid);
  return found === null || found.state === 'Z';
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !holds(); i++) await pause(10);
  expect(holds()).toBe(true);
}
