import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pidNamespaceLab } from '../../labs/01-pid-namespace/lab.js';
import { LabRun } from '../../src/cli/demo/lab-run.js';
import type { LabDefinition } from '../../src/lab/definition.js';
import { HOST_STEP } from '../../src/lab/host.js';
import { loadLesson } from '../../src/lesson/lesson.js';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { DemoTerminal, drawnOn, settings, withoutColors } from './demo-terminal.js';
import { leftSince, start, tslab } from './tslab.js';

/** The foot of a page whose step is no longer running. */
const NEXT = /Space {2}next/;

const STEPS = [...pidNamespaceLab.steps, HOST_STEP];

let state = '';
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-demo-'));
  // Builds the root filesystem, once.
  tslab(['01', '--json'], { TSLAB_STATE: state });
});
afterAll(() => rmSync(state, { recursive: true }));

// script(1) is in Debian's essential bsdutils, and elsewhere in util-linux.
describe.skipIf(spawnSync('script', ['--version']).error)('tslab demo, at a terminal', () => {
  it('leads through a whole lab, each step before it runs and after', async () => {
    await using demo = new DemoTerminal('01', state);
    await demo.shows('Processes that see only each other', '11 steps', 'control groups:');
    for (const [index, step] of STEPS.entries()) {
      await demo.type(' ').shows(`step ${index + 1} of 11`, 'run it', titleOf(step));
      await demo.type(' ').shows(`step ${index + 1} of 11`, 'Checked against the kernel', NEXT);
    }
    await demo.type(' ').shows('01-pid-namespace held: all');
    const { status, stdout } = await demo.type('q').ended;
    expect(withoutColors(stdout)).toMatch(/held: all \d+ checks\s+✓ the host is as it was before/);
    expect(status).toBe(0);
  });

  it('asks the room, shows the calls before they are made, and lets the kernel answer', async () => {
    await using demo = new DemoTerminal('01', state);
    await demo.shows('begin');
    const asked = await demo.type('2\r').shows('step 2 of 11', 'What do you expect?', ' a-c ');
    expect(asked).toMatch(/It is about to call[\s\S]*clone\(CLONE_VM\|CLONE_NEWPID\|SIGCHLD\)/);
    expect(asked).not.toContain('CLONE_NEWPID|SIGCHLD) =');
    await demo.type('a').shows(/▸ a .*← the room/);
    const answer = await demo.type(' ').shows('The answer: c', 'The room said a.', /The kernel says: \d+ 1 /);
    expect(answer).toMatch(/clone\(CLONE_VM\|CLONE_NEWPID\|SIGCHLD\) = \d+/);
    demo.type('q');
    expect((await demo.ended).status).toBe(0);
  });

  it('leads through a talk: own words, some steps of labs, and on to the next part', async () => {
    const path = join(state, 'talk.md');
    writeFileSync(path, TALK);
    const refused = await new DemoTerminal(`${path} --auto --break nowhere`, state).ended;
    expect(refused.stdout).toContain('--break: ');
    expect(refused.status).toBe(2);
    await using demo = new DemoTerminal(path, state);
    expect(await demo.shows('Welcome', 'A text.', ' Space  next')).not.toContain('step');
    await demo.type(' ').shows('Mine', 'My words.', '1 step, about 2 minutes', 'begin');
    await demo.type(' ').shows('step 1 of 1', titleOf('clone-newpid'), 'run it');
    await demo.type(' ').shows('Checked against the kernel', 'shell inside', NEXT);
    await demo.type(' ').shows('Without', 'The lab runs twice', 'begin');
    await demo.type(' ').shows('step 1 of 1', 'left out on purpose');
    await demo.type(' ').shows('With the calls, and without', /mount\("proc".*│ ⊘ mount\("proc"/, /✓ sh, ps +│ ✗/);
    await demo.type(' ').shows('Questions?');
    const { status, stdout } = await demo.type('q').ended;
    expect(stdout.slice(stdout.lastIndexOf('\x1b[?1049l')).split('the host is as it was before')).toHaveLength(3);
    expect(status).toBe(0);
  });

  it('with a step left out shows what differs from the lab with it, which has run before', async () => {
    const before = takeSnapshot();
    await using demo = new DemoTerminal('01 --skip mount-proc', state);
    await demo.shows('The lab runs twice, with the calls of mount-proc and without them', 'begin');
    await demo.type(' ').shows('step 1 of 11', 'run it');
    expect(await demo.type(' ').shows('Checked against the kernel', NEXT)).not.toContain('and without');
    await demo.type('4\r').shows('step 4 of 11', 'left out on purpose');
    await demo.type(' ').shows('With the calls, and without', /✓ sh, ps +│ ✗ expected sh, ps/, NEXT);
    const { status, stdout } = await demo.type('q').ended;
    expect(stdout).toMatch(/mount-proc: ps inside sees the container[\s\S]*the host is as it was before/);
    expect(status).toBe(1);
    expect(leftSince(before)).toEqual([]);
  });

  it('ends in the run before, too, and says how the host is', async () => {
    const before = takeSnapshot();
    await using demo = new DemoTerminal('03 --skip join', state);
    await demo.shows('The lab runs twice', 'running …');
    const { status, stdout } = await demo.type('q').ended;
    expect(stdout).toContain('the host is as it was before');
    expect(status).toBe(0);
    expect(leftSince(before)).toEqual([]);
  });

  it('goes back to what was shown, and runs nothing again', async () => {
    await using demo = new DemoTerminal('01', state);
    await demo.shows('begin');
    await demo.type(' ').shows('run it');
    const first = aboveKeys(await demo.type(' ').shows('Checked against the kernel', NEXT));
    await demo.type(' ').shows('step 2 of 11', 'run it');
    expect(aboveKeys(await demo.type('\x1b[D').shows('step 1 of 11', 'Checked against', NEXT))).toBe(first);
    await demo.type('\x1b[5~').shows('step 1 of 11', 'It is about to call');
    expect(aboveKeys(await demo.type('\x1b[6~').shows('step 1 of 11', 'Checked against', NEXT))).toBe(first);
    demo.type('q');
    await demo.ended;
  });

  it('goes to a step by its number, and runs what lies between', async () => {
    await using demo = new DemoTerminal('01', state);
    await demo.shows('begin');
    await demo.type('g').shows('Go to which step?', titleOf('nested'));
    await demo.type('5\r').shows('step 5 of 11', 'run it');
    expect(await demo.type('4\r').shows('step 4 of 11', titleOf('mount-proc'))).not.toContain('run it');
    await demo.type(' ').shows(/mount\("proc".* = 0/, NEXT);
    const { stdout } = await demo.type('q').ended;
    expect(stdout).toContain('left at step 5 of 11');
  });

  it('ends a lab that is at work, leaves nothing of it, and begins anew', async () => {
    const before = takeSnapshot();
    await using demo = new DemoTerminal('03 --seconds 60', state);
    await demo.shows('begin');
    await demo.type('2\r').shows('step 2 of 10', 'run it');
    await demo.type(' ').shows('running …', 'clone(');
    await demo.type('r').shows('begin', '10 steps');
    expect(leftSince(before)).toEqual([]);
    await demo.type(' ').shows('step 1 of 10', 'run it');
    const { status, stdout } = await demo.type('q').ended;
    expect(stdout).toContain('the host is as it was before');
    expect(status).toBe(0);
    expect(leftSince(before)).toEqual([]);
  });

  it('gives the terminal back as it was', async () => {
    await using demo = new DemoTerminal('01', state);
    await demo.shows('begin');
    demo.type('q');
    expectRestored((await demo.ended).stdout);
  });

  it('takes Ctrl-C for what it is, in the middle of a step too', async () => {
    await using demo = new DemoTerminal('03 --seconds 60', state);
    await demo.shows('begin');
    await demo.type('2\r').shows('run it');
    await demo.type(' ').shows('running …');
    const { status, stdout } = await demo.type('\x03').ended;
    expect(status).toBe(130);
    expectRestored(stdout);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'gives the terminal back when it is ended by %s',
    async (signal) => {
      const before = takeSnapshot();
      await using demo = new DemoTerminal('01', state);
      await demo.shows('begin');
      await demo.type('5\r').shows('step 5 of 11', 'run it');
      process.kill(demo.pid, signal);
      const { status, stdout } = await demo.ended;
      expect(status).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
      expectRestored(stdout);
      expect(leftSince(before)).toEqual([]);
      expect(readdirSync(join(state, 'run'))).toEqual([]);
    },
  );

  it('draws itself anew when the window has another size', async () => {
    await using demo = new DemoTerminal('01', state, { columns: 100, rows: 30 });
    await demo.shows('begin');
    const wide = await demo.type(' ').shows('run it');
    expect(wide.split('\n')).toHaveLength(30);
    spawnSync('stty', ['-F', demo.tty, 'rows', '12', 'cols', '40']);
    const narrow = await demo.shows(/^ {2}01-pid-namespace +step 1 of 11/);
    await demo.shows(/more lines|▼/);
    expect(narrow.split('\n').length).toBeLessThanOrEqual(12);
    demo.type('q');
    expectRestored((await demo.ended).stdout);
  });

  it('takes the terminal again when it has been stopped, and somebody else has had it', async () => {
    await using demo = new DemoTerminal('01', state);
    await demo.shows('begin');
    process.kill(demo.pid, 'SIGSTOP');
    spawnSync('stty', ['-F', demo.tty, 'sane']);
    process.kill(demo.pid, 'SIGCONT');
    await demo.wrote('\x1b[?1049h', 2);
    await demo.wrote('\x1b[H\x1b[2J', 2);
    // In the ordinary mode a single key would not come without Enter.
    await demo.type(' ').shows('step 1 of 11', 'run it');
    await demo.type('q').ended;
  });

  it('works in 20 columns, and in a terminal without colours or Unicode', async () => {
    await using narrow = new DemoTerminal('01 --no-color', state, { columns: 20, rows: 10 });
    await narrow.shows('01-pid-namespace', '[Space]');
    const { status, stdout } = await narrow.type('q').ended;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(stdout).not.toMatch(/\x1b\[[\d;]*m/);
    expect(status).toBe(0);
  });

  it('speaks Chinese', async () => {
    await using demo = new DemoTerminal('01 --lang zh', state);
    await demo.shows('开始');
    await demo.type(' ').shows('第 1 步，共 11 步');
    demo.type('q');
    expect((await demo.ended).status).toBe(0);
  });

  it('goes on by itself, and stops at a break point until somebody presses a key', async () => {
    await using demo = new DemoTerminal('01 --auto 0.1 --break clone-newpid', state);
    await demo.shows('step 2 of 11', 'stopped at a break point', 'run it');
    await demo.type(' ').shows('11 of 11', 'Checked against the kernel');
    await demo.shows('held: all');
    demo.type('q');
    expect((await demo.ended).status).toBe(0);
  });

  it('tells the presenter what to say, in a second terminal that was there before, and says goodbye', async () => {
    // Longer than the address of a socket may be: unix(7).
    const deep = join(state, 'directory'.repeat(14));
    await using notes = new DemoTerminal('--notes', deep);
    await notes.shows('Waiting for a demo');
    await using demo = new DemoTerminal('01', deep);
    await notes.shows('01-pid-namespace  0/11', titleOf('clone'), /0:\d\d elapsed/);
    const [socket = ''] = readdirSync(join(deep, 'run'));
    expect(statSync(join(deep, 'run', socket)).mode & 0o777).toBe(0o600);
    demo.type('2\r');
    const told = await notes.shows('01-pid-namespace  2/11  before it runs', titleOf('old-proc'));
    expect(squeeze(told)).toContain(squeeze(notesOf('clone-newpid')).slice(0, 100));
    demo.type(' ');
    await notes.shows('2/11  after it ran');
    demo.type('q');
    const { status, stdout } = await notes.ended;
    expect(stdout).toContain('The demo has ended.');
    expect(status).toBe(0);
    expectRestored(stdout);
    await demo.ended;
    expect(readdirSync(join(deep, 'run'))).toEqual([]);
  });

  it('follows the demo that is named, or else the newest, and tells where it was killed', async () => {
    await using first = new DemoTerminal('01', state);
    await first.shows('begin');
    await using second = new DemoTerminal('04', state);
    await second.shows('begin');
    await using newest = new DemoTerminal('--notes', state);
    await using named = new DemoTerminal('01 --notes', state);
    await Promise.all([newest.shows('04-overlay  0/'), named.shows('01-pid-namespace  0/')]);
    process.kill(first.pid, 'SIGKILL');
    expect(await named.ended).toMatchObject({ status: 1, stdout: expect.stringContaining('The demo is gone') });
    newest.type('q');
    expect((await newest.ended).status).toBe(0);
    second.type('q');
    await Promise.all([first.ended, second.ended]);
    expect(tslab(['cleanup'], { TSLAB_STATE: state }).status).toBe(0);
    expect(readdirSync(join(state, 'run'))).toEqual([]);
  });
});

const TALK = `## Welcome
A text.

## Mine
lab: 01 clone-newpid

My words.

## Without
lab: 01 mount-proc --skip mount-proc

## Questions?
Thank you.
`;

describe('tslab demo --record', () => {
  const path = (name: string) => join(state, name);
  const record = (name: string, ...words: string[]) =>
    tslab(['demo', '01', '--auto', '0.1', '--record', path(name), ...words], { TSLAB_STATE: state });

  it('needs no terminal with --auto, and writes a recording with a marker at each step', () => {
    const { status, stdout } = record('whole.cast');
    expect(stdout).toContain('01-pid-namespace held');
    expect(status).toBe(0);
    const [header, ...events] = readCast(path('whole.cast'));
    expect(header).toMatchObject({ version: 2, width: 100, height: 30 });
    const markers = events.filter(([, kind]) => kind === 'm').map(([, , label]) => label);
    expect(markers).toEqual(STEPS.map((step, index) => `${index + 1} ${titleOf(step)}`));
    const times = events.map(([time]) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const last = drawnOn(events.map(([, kind, data]) => (kind === 'o' ? data : '')).join(''));
    expect(last.join('\n')).toContain('held: all');
  });

  it('jumps, at a marker, to the screen of that step', () => {
    const [, ...events] = readCast(path('whole.cast'));
    for (const [index, [, kind]] of events.entries()) {
      if (kind !== 'm') continue;
      const shown = drawnOn(
        events
          .slice(0, index)
          .map(([, kind, data]) => (kind === 'o' ? data : ''))
          .join(''),
      );
      expect(shown.join('\n')).toContain(`step ${events[index]?.[2].split(' ')[0]} of 11`);
    }
  });

  it('replaces no recording unless it is told to', () => {
    const before = readFileSync(path('whole.cast'), 'utf8');
    expect(record('whole.cast')).toMatchObject({ status: 2, stderr: expect.stringContaining('--force') });
    expect(readFileSync(path('whole.cast'), 'utf8')).toBe(before);
    expect(record('whole.cast', '--force').status).toBe(0);
  });

  it('leaves one that can be played when it is killed', async () => {
    const killed = start(['demo', '01', '--auto', '0.1', '--record', path('killed.cast'), '--no-color']);
    await until(() => readText(path('killed.cast')).split('"m"').length > 3);
    killed.kill('SIGKILL');
    await killed.ended;
    expect(() => readCast(path('killed.cast'))).not.toThrow();
  });

  it('has the size that COLUMNS and LINES ask for, and no colour where none is wanted', () => {
    const environment = { TSLAB_STATE: state, COLUMNS: '60', LINES: '20', NO_COLOR: '1' };
    tslab(['demo', '01', '--auto', '0.1', '--record', path('small.cast')], environment);
    const [header, ...events] = readCast(path('small.cast'));
    expect(header).toMatchObject({ width: 60, height: 20 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(events.map(([, , data]) => data).join('')).not.toMatch(/\x1b\[[\d;]*m/);
  });
});

describe('a run of a lab with a bug', () => {
  it('throws it at whoever asks, and again at whoever ends the run: nobody may have listened', async () => {
    process.env.TSLAB_STATE = state;
    const definition: LabDefinition = {
      ...{ id: pidNamespaceLab.id, steps: [], skippable: [], unskippable: {} },
      async run() {
        throw new RangeError('a bug');
      },
    };
    const { signal } = new AbortController();
    const run = new LabRun(definition, { skip: new Set(), flags: {}, language: 'en', rootfs: undefined, signal });
    const told = [];
    for (let n = 0; n < 4; n++) told.push(await run.next());
    expect(told).toMatchObject([
      { type: 'lab' },
      { type: 'step' },
      { type: 'check' },
      { type: 'end', status: 'failed' },
    ]);
    await expect(run.next()).rejects.toThrow('a bug');
    await expect(run.end()).rejects.toThrow('a bug');
    delete process.env.TSLAB_STATE;
  });
});

describe('tslab demo, asked for what cannot be', () => {
  it.each([
    [['demo', '01'], 2, 'needs a terminal'],
    [['demo', '--notes'], 2, 'needs a terminal'],
    [['demo'], 2, 'which lab?'],
    [['demo', '99'], 2, 'there is no lab "99"'],
    [['demo', '01', '--json'], 2, 'has no --json'],
    [['demo', '01', '--auto', 'soon', '--record', '/tmp/none.cast'], 2, 'is not a time'],
    [['demo', '01', '--auto', '1', '--record', '/none/a.cast'], 2, 'cannot be written: ENOENT'],
    [['demo', '01', '--auto', '1', '--record', '/tmp/none.cast', '--skip', 'none'], 2, 'has no step "none"'],
    [['demo', '03', '--auto', '1', '--record', '/tmp/none.cast', '--quota', 'much'], 2, 'quota'],
  ])('tslab %j: %i, and says %s', (words, status, text) => {
    const { stderr, ...ended } = tslab(words, { TSLAB_STATE: state });
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('this is a bug');
    expect(ended.status).toBe(status);
  });
});

/** Settings as they were; the ordinary screen, with a cursor and with lines that wrap. */
function expectRestored(stdout: string): void {
  const { before, after } = settings(stdout);
  expect(before).toMatch(/^[\da-f:]+$/);
  expect(after).toBe(before);
  for (const [on, off] of [
    ['\x1b[?1049l', '\x1b[?1049h'],
    ['\x1b[?25h', '\x1b[?25l'],
    ['\x1b[?7h', '\x1b[?7l'],
  ] as const) {
    expect(stdout).toContain(off);
    expect(stdout.lastIndexOf(on)).toBeGreaterThan(stdout.lastIndexOf(off));
  }
}

function titleOf(step: string): string {
  return loadLesson(pidNamespaceLab.id).sections.find(({ id }) => id === step)?.title ?? '';
}

function notesOf(step: string): string {
  const blocks = loadLesson(pidNamespaceLab.id).sections.find(({ id }) => id === step)?.blocks ?? [];
  return blocks.find((block) => block.type === 'notes')?.text ?? '';
}

/** The words alone, whatever marks them and wherever the lines break. */
function squeeze(text: string): string {
  return text.replaceAll(/[`*]/g, '').replaceAll(/\s+/g, ' ');
}

type CastEvent = [time: number, kind: string, data: string];

function readCast(file: string): [header: object, ...events: CastEvent[]] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)) as [object, ...CastEvent[]];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A screen without its last line: keys come and go with what is alive. */
function aboveKeys(screen: string): string {
  return screen.split('\n').slice(0, -1).join('\n');
}
