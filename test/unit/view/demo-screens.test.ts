import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRun } from '../../../src/lab/recording.js';
import { callsOfSteps, holdsHere } from '../../../src/view/demo/expected.js';
import { layOut, type Stage } from '../../../src/view/demo/layout.js';
import { noteOf } from '../../../src/view/demo/notes/note.js';
import { renderNote } from '../../../src/view/demo/notes/render-note.js';
import { formatAnswer, rightChoice } from '../../../src/view/demo/question.js';
import { extentOf, render } from '../../../src/view/demo/render.js';
import type { Demo } from '../../../src/view/demo/state.js';
import { clock } from '../../../src/view/demo/time/clock.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { EVENTS, itemsBeside, Player } from './demo-sample.js';

const SIZES = [
  [60, 20],
  [100, 30],
  [20, 10],
] as const;

function stage(columns: number, rows: number, look: Partial<Stage> = {}): Stage {
  return { columns, rows, color: 0, unicode: true, language: 'en', ...look };
}

/** All keys that lead to another kind of screen, from the start. */
const SCREENS: Record<string, string[]> = {
  title: [],
  'a question': ['space', 'a'],
  'an answer': ['space', 'a', 'space'],
  'how many hands an answer had': ['space', ...'a12b5', 'space'],
  'a step without a question': ['2', 'enter'],
  'what came of it': ['2', 'enter', 'space'],
  'the end': ['3', 'enter', 'space', 'space'],
  'the list of steps': ['2', 'enter', '1'],
  'the keys': ['?'],
};

function plain(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  return line.replace(/\x1b\[[\d;]*m/g, '');
}

describe.each(SIZES)('a screen of %i columns and %i rows', (columns, rows) => {
  it.each(Object.entries(SCREENS))('shows %s', async (_, keys) => {
    const { demo } = (await Player.begin()).press(...keys);
    expect(render(demo, stage(columns, rows)).join('\n')).toMatchSnapshot();
  });

  it.each(Object.entries(SCREENS))(
    'has no line for %s that is too long, and as many as it has rows',
    async (_, keys) => {
      const { demo } = (await Player.begin()).press(...keys);
      for (const look of [{}, { color: 1 }, { unicode: false }, { language: 'zh' }] as const) {
        const lines = render(demo, stage(columns, rows, look));
        expect(lines).toHaveLength(rows);
        expect(lines.filter((line) => displayWidth(plain(line)) > columns)).toEqual([]);
      }
    },
  );

  it('shows what differs where a step is left out, in no line that is too long', async () => {
    const { demo } = await Player.begin();
    const begun: Demo = { ...demo, script: { ...demo.script, skipped: ['cost'] }, told: [], lab: 'running' };
    const player = new Player(begun, (await itemsBeside()).slice(1));
    const shown = player.press('2', 'enter', 'space').demo;
    expect(shown.told.map(({ compared }) => compared?.step.id)).toEqual([undefined, 'cost', undefined]);
    for (const look of [{}, { color: 1 }, { unicode: false }, { language: 'zh' }] as const) {
      const lines = render(shown, stage(columns, rows, look));
      expect(lines.filter((line) => displayWidth(plain(line)) > columns)).toEqual([]);
    }
    expect(render(shown, stage(columns, rows)).join('\n')).toMatchSnapshot();
  });

  it('shows the notes', async () => {
    const { demo } = (await Player.begin()).press('space');
    expect(renderNote(noteOf(demo, 0), 65_000, 0, stage(columns, rows)).join('\n')).toMatchSnapshot();
  });
});

describe('a screen of any size', () => {
  it('is filled, and never wider than it is from 20 columns on', async () => {
    for (const keys of Object.values(SCREENS)) {
      const { demo } = (await Player.begin()).press(...keys);
      for (const [columns, rows] of [1, 7, 19, 20, 39, 41, 70, 110, 250].flatMap((size) => [
        [size, 9],
        [size, size],
      ])) {
        const lines = render(demo, stage(columns ?? 0, rows ?? 0));
        expect(lines).toHaveLength(rows ?? 0);
        if (columns && columns >= 20) expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
      }
    }
  });
});

const WIDE = stage(100, 40);

async function screen(keys: string[], look: Partial<Stage> = {}): Promise<string> {
  const { demo } = (await Player.begin()).press(...keys);
  return render(demo, { ...WIDE, ...look }).join('\n');
}

describe('the kernel’s answer', () => {
  it('names the check in the language of the room', () => {
    const name = 'init has adopted the orphan';
    const check = { type: 'check', step: 'orphans', name, expected: 'PPid: 1', actual: 'PPid: 1', held: true } as const;
    const predict = { type: 'predict', check: name, question: '', choices: [], why: '', line: 1 } as const;
    const said = (language: string) =>
      formatAnswer(
        { ...predict, choices: [] },
        { items: [check], vote: { chosen: undefined, hands: [] } },
        layOut(stage(80, 24, { language })),
      );
    expect(said('en')).toContain('▸ The kernel says: PPid: 1 (init has adopted the orphan)');
    expect(said('zh')).toContain('▸ 内核说：PPid: 1（init 收养了孤儿）');
  });
});

describe('before a step', () => {
  it.each(readdirSync('lessons/runs'))('the calls name nothing that each run draws anew (%s)', async (file) => {
    const calls = [...(await callsOfSteps(parseRun(readFileSync(`lessons/runs/${file}`, 'utf8')))).values()].flat();
    const texts = calls.flatMap((call) => (call.type === 'syscall' ? [call.text] : []));
    expect(texts.filter((text) => /\.tmp-|rootfs\/[0-9a-f]|volumes\/[0-9a-f]{64}/.test(text))).toEqual([]);
  });

  it('the answer is not on the screen', async () => {
    const text = await screen(['space']);
    expect(text).toContain('What is the host called afterwards?');
    expect(text).not.toContain('The host keeps its name');
    expect(text).not.toContain('another one');
  });

  it('the calls are, with those that are new in inverse video, and without what only the run knows', async () => {
    const text = await screen(['space'], { color: 1 });
    expect(text).toContain('\x1b[7msethostname("box", 3)\x1b[27m');
    expect(plain(text)).toContain('kill(PID, SIGKILL)');
    expect(plain(text)).toContain('chroot("ROOTFS")');
    expect(text).not.toContain('dup3');
  });

  it('there are none where no recording tells', async () => {
    const { demo } = (await Player.begin()).press('space');
    const steps = demo.script.steps.map((step) => ({ ...step, calls: [] }));
    expect(render({ ...demo, script: { ...demo.script, steps } }, WIDE).join('\n')).not.toContain('about to call');
  });

  it('what is left out says so, and asks nothing', async () => {
    const events = EVENTS.map((event) =>
      event.type === 'step' && event.id === 'name' ? { ...event, skipped: true as const } : event,
    );
    const { demo } = (await Player.begin(undefined, events)).press('space');
    const text = render(demo, WIDE).join('\n');
    expect(text).toContain('left out on purpose (--skip name)');
    expect(text).not.toContain('What do you expect?');
  });
});

describe('after a step', () => {
  it('the answer is the kernel’s, and the room hears how it did', async () => {
    expect(await screen(['space', 'b', 'space'])).toMatch(/The answer: b.*The room was right/);
    expect(await screen(['space', 'c', 'space'])).toMatch(/The answer: b.*The room said c/);
    expect(await screen(['space', 'space'])).toContain('The kernel says: debian (the host keeps its name)');
  });

  it('no choice is right where the kernel says something else', () => {
    const choices = [
      { text: 'one', right: true, says: '1' },
      { text: 'two', right: false, says: '2' },
    ];
    const predict = { type: 'predict', check: 'c', question: '', why: '', line: 1, choices } as const;
    const check = { type: 'check', step: 's', name: 'c', expected: '1' } as const;
    expect(rightChoice({ ...predict, choices: [...choices] }, { ...check, actual: '1', held: true })).toBe(0);
    expect(rightChoice({ ...predict, choices: [...choices] }, { ...check, actual: '2', held: false })).toBe(1);
    expect(rightChoice({ ...predict, choices: [...choices] }, { ...check, actual: '3', held: false })).toBe(-1);
    expect(rightChoice({ ...predict, choices: [...choices] }, undefined)).toBe(-1);
  });

  it('shows before and after, the calls with their results, and the checks', async () => {
    const text = await screen(['space', 'space']);
    for (const part of ['before                   │ after', 'sethostname("box", 3) = 0', '✓ the host keeps its name'])
      expect(text).toContain(part);
  });
});

describe('the overview', () => {
  it('tells how each step went, and how long after the beginning it came', async () => {
    const { demo } = (await Player.begin()).press('2', 'enter', 'o');
    const timed = { ...demo, seenAt: { '': 1000, name: 66_000, cost: 132_000 } };
    expect(render(timed, WIDE).join('\n')).toMatch(/✓ 1 {2}A new name +1:05\n +▸ {2}2 {2}It costs nothing +2:11\n/);
  });

  it('shows a step whose checks broke as broken', async () => {
    const events = EVENTS.map((event) => (event.type === 'check' ? { ...event, held: false } : event));
    const { demo } = (await Player.begin(undefined, events)).press('2', 'enter', 'o');
    expect(render(demo, WIDE).join('\n')).toContain('✗ 1  A new name');
  });
});

describe('colours', () => {
  it('are none where none are wanted', async () => {
    for (const keys of Object.values(SCREENS)) expect(await screen(keys)).not.toContain('\x1b');
  });

  it('are those that show on any background: no yellow, no cyan, nothing dim', async () => {
    for (const keys of Object.values(SCREENS)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
      const codes = [...(await screen(keys, { color: 1 })).matchAll(/\x1b\[([\d;]*)m/g)].map(([, code]) => code);
      expect(['1', '22', '4', '24', '7', '27', '31', '32', '35', '39']).toEqual(expect.arrayContaining(codes));
    }
  });

  it('say nothing that symbols do not say', async () => {
    for (const keys of Object.values(SCREENS)) {
      const colored = plain(await screen(keys, { color: 1 }));
      for (const mark of ['✓', '✗', '▸'])
        expect(colored.split(mark)).toHaveLength((await screen(keys)).split(mark).length);
    }
  });
});

describe('a long page', () => {
  it('says how much is below, and scrolls', async () => {
    const small = stage(60, 12);
    const player = (await Player.begin()).press('space', 'space');
    const extent = extentOf(player.demo, small);
    const hidden = extent.lines - extent.rows;
    expect(render(player.demo, small).at(-1)).toContain(`▼ ${hidden} more lines`);
    player.pressAt('end', extent);
    expect(render(player.demo, small).at(-1)).not.toContain('▼');
    expect(render(player.demo, small).join('\n')).toContain('kill(4001, SIGKILL) = 0');
  });
});

describe('the calls of a recorded run', () => {
  it('hold here only where root is root, and the control groups are the same if they matter', async () => {
    const calls = await callsOfSteps(EVENTS);
    const [lab] = EVENTS;
    if (lab?.type !== 'lab') throw new Error('the sample begins with the lab');
    const [name = [], cost = []] = [calls.get('name'), calls.get('cost')];
    expect([holdsHere(name, lab, lab), holdsHere(cost, lab, lab)]).toEqual([true, true]);
    const hybrid = { ...lab, cgroup: 'hybrid' } as const;
    expect([holdsHere(name, lab, hybrid), holdsHere(cost, lab, hybrid)]).toEqual([true, false]);
    expect(holdsHere(name, lab, { ...lab, root: false })).toBe(false);
  });
});

describe('the notes', () => {
  it('are those of the step and of what belongs to it, with what comes next', async () => {
    const { demo } = (await Player.begin()).press('space');
    expect(noteOf(demo, 7)).toEqual({
      ...{ lab: '07-uts', title: 'A new name', number: 1, steps: 3, page: 'before', startedAt: 7 },
      notes: 'Ask who has changed a host name *by accident*.\n\nThere is a domain name too.',
      next: 'It costs nothing',
      planned: { until: 3, all: 3 },
    });
  });

  it('are those of the lab on its title page, and end with the last step', async () => {
    const player = await Player.begin();
    expect(noteOf(player.demo, 0)).toMatchObject({ notes: 'Greet the room.', next: 'A new name' });
    expect(noteOf(player.press('3', 'enter').demo, 0).next).toBeNull();
  });

  it('compare the time that has gone by with what is planned up to this step', async () => {
    const { demo } = await Player.begin();
    const foot = (minutes: number) =>
      renderNote(noteOf(demo, 0), minutes * 60_000, 0, WIDE)
        .at(-1)
        ?.trim();
    expect(foot(0.5)).toBe('0:30 elapsed   planned: this by 1:00, all by 3:00');
    expect(foot(2)).toBe('2:00 elapsed   1:00 behind   planned: this by 1:00, all by 3:00');
  });

  it('tell to wait where there is no demo', () => {
    expect(renderNote(undefined, 0, 0, WIDE).join('\n')).toContain('Waiting for a demo');
  });

  it('have a clock', () => {
    expect([0, 65_000, 3_845_000, -5].map(clock)).toEqual(['0:00', '1:05', '1:04:05', '0:00']);
  });
});
