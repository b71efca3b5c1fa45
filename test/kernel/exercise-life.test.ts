import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommandLine } from '../../src/procfs/command-line.js';
import { listProcesses } from '../../src/procfs/processes.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { jsonLines, leftSince, start, tslab } from './tslab.js';

let folder = '';
let state = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-exercise-'));
  state = join(folder, 'state');
  process.env.TSLAB_STATE = state;
});
afterAll(() => {
  delete process.env.TSLAB_STATE;
  rmSync(folder, { recursive: true });
});

describe('a student’s file', () => {
  it.each([
    ['has no end', 'for (;;);', 'did not come to its end'],
    ['ends the process', 'process.exit(0);', 'ended the process that ran it: status 0'],
    ['misspells a name', 'export default () => [mout()];', '1: mout is not defined'],
    ['exports nothing', 'export const calls = [];', 'exports no function by default'],
    ['lists what is no call', 'export default () => [1];', 'entry 1 of the list is no system call'],
    ['prints what was asked for', 'console.log({ type: "solved" }); export default () => [];', 'ends with execve'],
  ])('that %s solves nothing, and is told what is wrong', (_, text, said) => {
    const file = join(folder, 'list.mjs');
    writeFileSync(file, text);
    const { status, stdout } = tslab(['exercise', '01-bury-the-dead', '--check', file, '--json']);
    const facts = jsonLines(stdout).filter(({ type }) => type === 'fact');
    expect(facts[0]).toMatchObject({ fact: 'calls', held: false, says: expect.stringContaining(said) });
    expect(status).toBe(1);
  });
});

describe('an exercise that is ended in the middle', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s leaves nothing that the next start does not remove',
    async (signal) => {
      const script = join(folder, 'script.sh');
      const mark = `sleep 3${signal.length}17`;
      writeFileSync(script, `unshare --mount ${mark} & ${mark}\n`);
      const before = takeSnapshot();
      const run = start(['exercise', '04-secret-in-the-layer', '--check', script]);
      await expect.poll(() => running(mark)).toBeGreaterThan(1);
      run.kill(signal);
      await run.ended;
      await expect.poll(() => running(mark)).toBe(0);
      tslab(['exercise', '04-secret-in-the-layer', '--check', '/dev/null']);
      expect(readdirSync(state).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
      expect(leftSince(before)).toEqual([]);
    },
  );
});

function running(mark: string): number {
  return listProcesses().filter(({ pid }) => readCommandLine(pid) === mark).length;
}
