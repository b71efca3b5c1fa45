import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadLesson } from '../../src/lesson/lesson.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { atTerminal, leftSince, tslab } from './tslab.js';

const EXPERIMENT = '01 --skip mount-proc';

describe.skipIf(spawnSync('script', ['--version']).error)('a lab that skips a step, at a terminal', () => {
  it('runs with it and without it, shows both, and what the lesson says; the status is 1', async () => {
    const before = takeSnapshot();
    const run = atTerminal(`${EXPERIMENT} --no-color`);
    await run.seen('q: end');
    run.type(' ');
    const { status, stdout } = await run.ended;
    expect(stdout).toMatch(/^Experiment {2}01-pid-namespace/m);
    expect(stdout).toMatch(/with +│ without/);
    expect(stdout).toMatch(/mount\("proc", "\/proc".*│ ⊘ mount\("proc"/);
    expect(stdout).toMatch(/✓ sh, ps +│ ✗ expected sh, ps/);
    expect(stdout).toMatch(/Without mount-proc 1 of \d+ checks breaks; with it all/);
    expect(stdout).toMatch(/but\s+it\s+changes\s+nothing/);
    expect(stdout).not.toContain(firstWords('mount-proc'));
    expect(status).toBe(1);
    expect(leftSince(before)).toEqual([]);
  });

  it('ends with 0 where that is what is expected, and with q at any page', async () => {
    const run = atTerminal(`${EXPERIMENT} --expect-broken`);
    await run.seen('q: end');
    run.type('q');
    expect((await run.ended).status).toBe(0);
  });

  it('stops behind each step that differs with --step', async () => {
    const { stdout, status } = await readThrough('02 --skip mount-dev --step --no-color');
    const headings = stdout.split('q: end').map((page) => page.match(/^━━ \d+ {2}|^⊘ Without/gm) ?? []);
    expect(headings.filter((found) => found.length > 0)).toEqual([['━━ 9  '], ['━━ 12  '], ['━━ 13  '], ['⊘ Without']]);
    expect(status).toBe(1);
  });

  it('begins at the step that --from names, and refuses one that there is not', async () => {
    const { stdout, status } = await readThrough('02 --skip mount-dev --from mask --no-color');
    expect(stdout).toContain('Masked and read-only paths');
    expect(stdout).not.toContain('A /dev without disks');
    expect(stdout).toContain('Without mount-dev 3 of 23 checks break');
    expect(status).toBe(1);
    expect((await atTerminal('02 --skip mount-dev --from nowhere').ended).status).toBe(2);
  });

  it('is held in the run without, and says that it is an experiment', async () => {
    const before = takeSnapshot();
    const run = atTerminal('01 --skip mount-proc --hold clone-newpid --no-color', 200);
    expect(await run.seen('Space: go on')).toMatch(
      /^Experiment {2}The lab runs once, without the calls of mount-proc/m,
    );
    run.type(' ');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain('left out on purpose (--skip mount-proc)');
    expect(status).toBe(1);
    expect(leftSince(before)).toEqual([]);
  });

  it('takes Ctrl-C for what it is, while it runs and while it waits', async () => {
    const before = takeSnapshot();
    for (const sign of ['The lab runs twice', 'q: end']) {
      const run = atTerminal(EXPERIMENT);
      await run.seen(sign);
      run.type('\x03');
      expect((await run.ended).status).toBe(130);
    }
    expect(leftSince(before)).toEqual([]);
  });

  it('says its mistakes before it runs', async () => {
    const { status, stdout } = await atTerminal('01 --skip clone').ended;
    expect(stdout).toContain('01-pid-namespace cannot leave out clone: it is clone-newpid without the flag');
    expect(stdout).not.toContain('Experiment');
    expect(status).toBe(2);
  });
});

describe('a lab that skips a step, in a pipe', () => {
  it('runs once, and says nothing of the step that is not so', () => {
    const { status, stdout } = tslab(['01', '--skip', 'nested']);
    expect(stdout).toContain('left out on purpose (--skip nested)');
    expect(stdout).not.toContain(firstWords('nested'));
    expect(stdout).toContain(firstWords('signals'));
    expect(status).toBe(1);
  });

  it('turns its status round with --expect-broken', () => {
    expect(tslab(['01', '--json', '--skip', 'mount-proc', '--expect-broken']).status).toBe(0);
    expect(tslab(['01', '--expect-broken']).status).toBe(2);
  });
});

/** Somebody presses the space bar wherever it is waited for. */
async function readThrough(words: string): Promise<{ status: number | null; stdout: string }> {
  const run = atTerminal(words);
  const isOver = run.ended.then(() => '');
  for (let stops = 1; await Promise.race([run.seen('q: end', stops), isOver]); stops++) run.type(' ');
  return run.ended;
}

/** What the lesson begins to say of a step, as far as it stands in one line. */
function firstWords(step: string): string {
  const { narration } = loadLesson('01-pid-namespace').sections.find(({ id }) => id === step) ?? { narration: step };
  return narration.slice(0, 40).trimEnd();
}
