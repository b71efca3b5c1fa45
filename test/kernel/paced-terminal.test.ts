import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listProcesses } from '../../src/procfs/processes.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { displayWidth } from '../../src/view/text/width.js';
import { atTerminal, leftSince } from './tslab.js';

/** What somebody waits for, and the key that is pressed then. */
type Walk = readonly (readonly [seen: string, times: number, key: string])[];

const TO_QUESTION: Walk = [['q: end', 1, ' ']];
const TO_HELD: Walk = [...TO_QUESTION, ['Your choice', 1, 'a']];

/** Kinds of stops of a lab, how they are reached, and what is seen there. */
const STOPS: readonly [kind: string, lab: string, walk: Walk, there: string, times: number][] = [
  ['a result', '01', [], 'q: end', 1],
  ['a question', '01', TO_QUESTION, 'Your choice', 1],
  ['a part of a long result', '12', [['Your choice', 1, ' ']], 'more lines', 1],
  ['the list of the keys', '01', [['q: end', 1, '?']], 'end the lab here', 1],
  ['the calls', '01', [['q: end', 1, 't']], 'does not return', 1],
  ['commands for another terminal', '01', [...TO_HELD, ['h: look', 2, 'h']], 'In another terminal', 1],
  ['the whole screen', '01', [['q: end', 1, 'd']], '\x1b[?1049h', 1],
  [
    'a step that begins to run',
    '03',
    [
      ['Your choice', 1, ' '],
      ['q: end', 2, ' '],
      ['Your choice', 2, 'a'],
    ],
    'Your choice',
    2,
  ],
];

describe.skipIf(spawnSync('script', ['--version']).error)('a lab that stops', () => {
  it.each(STOPS)('ends with 130 at Ctrl-C, and leaves nothing: at %s', async (_, lab, walk, there, times) => {
    const before = takeSnapshot();
    const run = atTerminal(lab);
    await follow(run, walk);
    await run.seen(there, times);
    run.type('\x03');
    expect((await run.ended).status).toBe(130);
    expect(leftSince(before)).toEqual([]);
  });

  it('goes on in the width of a window that was made narrower in the middle of a step', async () => {
    const run = atTerminal('12 --no-color');
    await follow(run, [['Your choice', 1, ' ']]);
    const wide = await run.seen('more lines');
    spawnSync('stty', ['-F', terminalOf(run.pid), 'cols', '40']);
    await run.seen('more lines', 2);
    const { status, stdout } = await goOnToTheEnd(run);
    expect(widest(stdout.slice(wide.length))).toBeLessThanOrEqual(40);
    expect(stdout).toMatch(/its root is the host[\s\S]*12-runtime held/);
    expect(status).toBe(0);
  });

  it('keeps to 20 columns from its title to its end', async () => {
    const run = atTerminal('05 --no-color', 20);
    await run.seen('Space');
    const { status, stdout } = await goOnToTheEnd(run);
    expect(widest(stdout)).toBeLessThanOrEqual(20);
    expect(stdout).toContain('05-exec held');
    expect(status).toBe(0);
  });
});

type Run = ReturnType<typeof atTerminal>;

async function goOnToTheEnd(run: Run): Promise<{ status: number | null; stdout: string }> {
  const typing = setInterval(() => run.type(' '), 50);
  return await run.ended.finally(() => clearInterval(typing));
}

async function follow(run: Run, walk: Walk): Promise<void> {
  for (const [seen, times, key] of walk) {
    await run.seen(seen, times);
    run.type(key);
  }
}

/** Of the shell that script(1) has started there. */
function terminalOf(script: number): string {
  const shell = listProcesses().find(({ ppid }) => ppid === script);
  return readlinkSync(`/proc/${shell?.pid}/fd/0`);
}

/** Columns of the widest line that was written. */
function widest(written: string): number {
  return Math.max(
    ...stripVTControlCharacters(written)
      .split(/[\r\n]+/)
      .map(displayWidth),
  );
}
