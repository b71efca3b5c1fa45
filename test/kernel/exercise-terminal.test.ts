import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/state/package-root.js';
import { atTerminal } from './tslab.js';

const FILE = 'exercises/02-let-go.mjs';

const started = process.cwd();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-exercise-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(started);
  rmSync(folder, { recursive: true });
});

describe.skipIf(spawnSync('script', ['--version']).error)('a list at a terminal', () => {
  it('can be left while its file is not there', async () => {
    const run = exercise();
    await run.seen('q: ');
    rmSync(FILE);
    run.type('q');
    expect((await run.ended).status).toBe(1);
  });

  it('is tried at each save, and ends when it is solved', async () => {
    const run = exercise();
    await run.seen('q: ');
    const solution = readFileSync(join(packageRoot(), 'exercises/02-let-go/solution.mjs'));
    rmSync(FILE);
    writeFileSync(FILE, solution);
    expect((await run.ended).status).toBe(0);
  });
});

describe.skipIf(spawnSync('script', ['--version']).error)('a shell at a terminal', () => {
  it('ends by exit, though what was started in it would go on and holds the terminal', async () => {
    const run = atTerminal('exercise 01-be-one --no-color', 80, { TSLAB_STATE: join(folder, 'state') });
    await run.seen('0 of 4');
    run.type('unshare --pid --fork --mount-proc sleep 600 &\r');
    await run.seen('4 of 4');
    run.type('exit\r');
    const { status, stdout } = await run.ended;
    expect([status, stdout]).toEqual([0, expect.stringContaining('01-bury-the-dead')]);
  });
});

function exercise(): ReturnType<typeof atTerminal> {
  return atTerminal('exercise 02-let-go --no-color', 80, { TSLAB_STATE: join(folder, 'state') });
}
