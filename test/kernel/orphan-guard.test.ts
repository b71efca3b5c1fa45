import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcess } from '../../src/procfs/processes.js';

const TSLAB = fileURLToPath(new URL('fixtures/orphan.mjs', import.meta.url));
let directory = '';
const path = (name: string) => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-orphan-'));
  execFileSync('mkfifo', [path('pipe')]);
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('a child that PR_SET_PDEATHSIG did not reach', () => {
  it('starts no program where tslab died while its list was running', async () => {
    const { tslab, pid } = await startAndWait();
    tslab.kill('SIGKILL');
    await once(tslab, 'exit');
    expect(readProcess(pid)?.state).toBe('S'); // it has outlived tslab, and goes on with its list now
    goOn();
    await expect.poll(() => readProcess(pid)?.state ?? 'gone').toMatch(/^(Z|gone)$/);
    expect(existsSync(path('proof'))).toBe(false);
  });

  it('starts it where tslab lives', async () => {
    const { tslab } = await startAndWait();
    goOn();
    expect(await once(tslab, 'exit')).toEqual([0, null]);
    expect(existsSync(path('proof'))).toBe(true);
  });
});

/** A tslab, and the pid of its child, which waits in the middle of its list. */
async function startAndWait() {
  const words = [TSLAB, path('ready'), path('pipe'), path('proof')];
  const tslab = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = await once(tslab.stdout, 'data');
  await expect.poll(() => existsSync(path('ready'))).toBe(true);
  return { tslab, pid: Number(pid) };
}

/** Opens the writing end of the pipe: so the child's open(2) of the reading end returns. */
function goOn(): void {
  closeSync(openSync(path('pipe'), constants.O_WRONLY));
}
