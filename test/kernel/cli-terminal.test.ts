import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadLesson } from '../../src/lesson/lesson.js';
import { atTerminal } from './tslab.js';

const LAB = '01-pid-namespace';

// script(1) is in Debian's essential bsdutils, and elsewhere in util-linux.
describe.skipIf(spawnSync('script', ['--version']).error)('at a terminal', () => {
  it('waits for a key before each step, and goes on', async () => {
    const run = atTerminal(`${LAB} --step`);
    await run.seen('q: quit');
    run.type(' ');
    await run.seen('I am PID');
    run.type('q');
    const { status, stdout } = await run.ended;
    expect(stdout).toContain('interrupted');
    expect(status).toBe(130);
  });

  it('asks first, and says what the answer is only then', async () => {
    const run = atTerminal(`${LAB} --step --no-color`);
    await run.seen('q: quit');
    run.type(' ');
    const asked = await run.seen('Make up your mind');
    const { prose, question } = lessonStep('clone-newpid');
    expect(squeeze(asked)).toContain(squeeze(question));
    expect(squeeze(asked)).not.toContain(squeeze(prose));
    run.type('c');
    await run.seen('q: quit', 3);
    run.type('q');
    const { stdout } = await run.ended;
    expect(squeeze(stdout)).toContain(squeeze(prose));
    expect(squeeze(stdout)).toContain('You were right: c)');
  });

  it('takes Ctrl-C at a step for what it is', async () => {
    const run = atTerminal(`${LAB} --step`);
    await run.seen('q: quit');
    run.type('\x03');
    expect((await run.ended).status).toBe(130);
  });

  it('gives the terminal back as it was', async () => {
    const run = atTerminal(`${LAB} --step; stty -a`);
    await run.seen('q: quit');
    run.type('q');
    const { stdout } = await run.ended;
    expect(stdout).toMatch(/[^-]isig [^-]*icanon/);
    expect(stdout).toMatch(/[^-]echo\b/);
  });

  it('offers the labs, and runs the one that is chosen', async () => {
    const run = atTerminal('');
    await run.seen('quit');
    run.type('\r');
    const { status, stdout } = await run.ended;
    expect(stdout).toMatch(/01-pid-namespace held/);
    expect(status).toBe(0);
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

  it('lets one leave the menu', async () => {
    const run = atTerminal('');
    await run.seen('quit');
    run.type('\x1b[A');
    await run.seen('quit', 2);
    run.type('\r');
    expect((await run.ended).status).toBe(0);
  });

  it('has no menu at a terminal that cannot show one, or does not tell its size', async () => {
    expect((await atTerminal('', 80, { TERM: 'dumb' }).ended).stdout).toContain('Run one:');
    expect((await atTerminal('', 0).ended).stdout).toContain('Run one:');
  });
});

/** What the lesson says about a step of the lab. */
function lessonStep(step: string): { prose: string; question: string } {
  const section = loadLesson(LAB).sections.find(({ id }) => id === step);
  return { prose: section?.narration ?? '', question: section?.predict?.question ?? '' };
}

/** The words alone, whatever marks them and wherever the lines break. */
function squeeze(text: string): string {
  return text.replaceAll(/[`*]/g, '').replaceAll(/\s+/g, ' ');
}
