import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLesson } from '../../src/lesson/lesson.js';
import { listProcesses } from '../../src/procfs/processes.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { atTerminal, leftSince } from './tslab.js';

const LAB = '01-pid-namespace';

// script(1) is in Debian's essential bsdutils, and elsewhere in util-linux.
describe.skipIf(spawnSync('script', ['--version']).error)('at a terminal', () => {
  it('stops at what came of a step, and goes on with a key', async () => {
    const run = atTerminal(LAB);
    const first = await run.seen('q: end');
    expect(first).toContain('I am PID');
    expect(first).not.toContain('Your choice');
    run.type(' ');
    expect(await run.seen('Your choice')).not.toContain('one process, two numbers, and');
    run.type('q');
    await run.ended;
  });

  it.each(['q', '\x04'])('ends at %j without a red word, and the host is as it was', async (key) => {
    const run = atTerminal(LAB);
    await run.seen('q: end');
    run.type(key);
    const { status, stdout } = await run.ended;
    expect(stdout).toMatch(/left at step 1 of 11/);
    expect(stdout).toContain('the host is as it was');
    expect(stdout).not.toMatch(/fail|interrupted/);
    expect(status).toBe(0);
  });

  it('asks first, and says what the answer is only then', async () => {
    const run = atTerminal(`${LAB} --no-color`);
    await run.seen('q: end');
    run.type(' ');
    const asked = await run.seen('Your choice');
    const { prose, question } = lessonStep('clone-newpid');
    expect(squeeze(asked)).toContain(squeeze(question));
    expect(squeeze(asked)).not.toContain(squeeze(prose));
    run.type('c');
    await run.seen('q: end', 3);
    run.type('q');
    const { stdout } = await run.ended;
    expect(squeeze(stdout)).toContain(squeeze(prose));
    expect(squeeze(stdout)).toContain('You were right: c)');
  });

  it('takes keys that were typed too early for nothing, but for one that ends it', async () => {
    const run = atTerminal(LAB);
    run.type('   ');
    await run.seen('q: end');
    run.type('   ');
    await run.seen('Your choice');
    run.type('q');
    expect((await run.ended).stdout).toMatch(/left at step 2 of 11/);
  });

  it.each([0, 1])('takes Ctrl-C for what it is (stop %i)', async (stop) => {
    const run = atTerminal(LAB);
    await run.seen('q: end');
    run.type(' '.repeat(stop));
    await run.seen('q: end', stop + 1);
    run.type('\x03');
    expect((await run.ended).status).toBe(130);
  });

  it.each(['q', ' q', '\x03'])('gives the terminal back as it was (%j)', async (keys) => {
    const run = atTerminal(`${LAB}; stty -a`);
    for (const [index, key] of [...keys].entries()) {
      await run.seen('q: end', index + 1);
      run.type(key);
    }
    const { stdout } = await run.ended;
    expect(stdout).toMatch(/[^-]isig [^-]*icanon/);
    expect(stdout).toMatch(/[^-]echo\b/);
  });

  it('runs through where that is asked for, and in CI', async () => {
    for (const [words, env] of [[`${LAB} --no-step`], [LAB, { CI: 'true' }], [`${LAB} --plain`]] as const) {
      const { status, stdout } = await atTerminal(words, 80, env).ended;
      expect(stdout).not.toContain('q: end');
      expect(stdout).toMatch(/held: all \d+ checks/);
      expect(status).toBe(0);
    }
  });

  it('asks on standard error with --json, which stays what it is', async () => {
    const run = atTerminal(`${LAB} --step --json 2> /dev/tty | grep -c '^{'`);
    await run.seen('q: end');
    run.type('q');
    const { stdout } = await run.ended;
    expect(Number(/(\d+)\r/.exec(stdout)?.[1])).toBeGreaterThan(5);
  });

  it('changes to the whole screen and back', async () => {
    const run = atTerminal(LAB);
    await run.seen('q: end');
    run.type('d');
    await run.seen('\x1b[?1049h');
    await run.seen('step 1 of 11');
    run.type('q');
    await run.seen('\x1b[?1049l');
    await run.seen('q: end', 2);
    run.type('q');
    expect((await run.ended).status).toBe(0);
  });

  it('writes the keys anew when it has been stopped and goes on', async () => {
    const run = atTerminal(LAB);
    await run.seen('q: end');
    run.type('\x1a');
    await run.seen('q: end', 2);
    run.type('q');
    expect((await run.ended).status).toBe(0);
  });

  it('ends with the terminal', async () => {
    const before = takeSnapshot();
    const run = atTerminal(LAB);
    await run.seen('q: end');
    const [tslab] = processesOf(run.pid);
    run.kill('SIGKILL');
    await run.ended;
    await expect.poll(() => existsSync(`/proc/${tslab}`), { timeout: 10_000 }).toBe(false);
    expect(leftSince(before)).toEqual([]);
  });

  it('writes sentences and no escape sequence at a terminal that knows none', async () => {
    const run = atTerminal(LAB, 80, { TERM: 'dumb' });
    await run.seen('q to end.');
    run.type('q');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect((await run.ended).stdout).not.toMatch(/\x1b/);
  });

  it('offers the course, runs what is chosen, and comes back to where one was', async () => {
    const state = mkdtempSync(join(tmpdir(), 'tslab-menu-'));
    const run = atTerminal('', 80, { TSLAB_STATE: state });
    await run.seen('quit');
    run.type('\x1b[B');
    run.type('\r');
    await run.seen('run the lab');
    run.type('\r');
    await run.seen('q: end');
    run.type(' ');
    await run.seen('Your choice');
    run.type('q');
    await run.seen('left at step 2');
    await run.seen('glossary', 3);
    run.type('\r');
    await run.seen('go on where you were, at "A new pid name');
    run.type('\r');
    const again = await run.seen('Your choice', 2);
    expect(again.split('A child in the same pid namespace')).toHaveLength(2);
    run.type('\x03');
    expect((await run.ended).status).toBe(130);
    rmSync(state, { recursive: true });
  });

  it('takes Ctrl-C in the menu for what it is, and shows the cursor again', async () => {
    const run = atTerminal('');
    await run.seen('quit');
    run.type('\x03');
    const { status, stdout } = await run.ended;
    expect(stdout).not.toContain('Error');
    expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?25l'));
    expect(status).toBe(130);
  });

  it('lets one leave the menu, from wherever one was', async () => {
    const run = atTerminal('');
    await run.seen('quit');
    run.type('\x1b[F');
    run.type('\r');
    expect((await run.ended).status).toBe(0);
  });

  it('has no menu at a terminal that cannot show one, or does not tell its size', async () => {
    expect((await atTerminal('', 80, { TERM: 'dumb' }).ended).stdout).toContain('Run one:');
    expect((await atTerminal('', 0).ended).stdout).toContain('Run one:');
  });
});

/** The processes of tslab below one. */
function processesOf(pid: number): number[] {
  const below = listProcesses().filter(({ ppid }) => ppid === pid);
  return below.flatMap(({ pid, comm }) => [...(comm === 'node' ? [pid] : []), ...processesOf(pid)]);
}

/** What the lesson says about a step of the lab. */
function lessonStep(step: string): { prose: string; question: string } {
  const section = loadLesson(LAB).sections.find(({ id }) => id === step);
  return { prose: section?.narration ?? '', question: section?.predict?.question ?? '' };
}

/** The words alone, whatever marks them and wherever the lines break. */
function squeeze(text: string): string {
  return text.replaceAll(/[`*]/g, '').replaceAll(/\s+/g, ' ');
}
