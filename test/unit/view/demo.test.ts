import { describe, expect, it } from 'vitest';
import type { Held } from '../../../src/lab/events.js';
import { reduce } from '../../../src/view/demo/reduce.js';
import { votesOf } from '../../../src/view/demo/room/vote.js';
import { type Auto, heldNow, isWaiting, lastPage, pageOf } from '../../../src/view/demo/state.js';
import { secondsOf } from '../../../src/view/demo/time/wait.js';
import type { Item } from '../../../src/view/run/items.js';
import { EVENTS, Player, ROOMY } from './demo-sample.js';

const AUTO: Auto = { seconds: 5, going: true, breaks: [], leaves: false };

/** `title`, `before name`, `after name`, `end`. */
function where({ demo }: Player): string {
  const page = pageOf(demo);
  return 'step' in page ? `${page.kind} ${page.step.id}` : page.kind;
}

describe('going on', () => {
  it('shows each step before it runs, runs it, and shows what came of it', async () => {
    const player = await Player.begin();
    const pages = Array.from({ length: 7 }, () => where(player.press('space')));
    expect(pages).toEqual([
      ...['before name', 'after name', 'before cost', 'after cost', 'before host', 'after host', 'end'],
    ]);
  });

  it('asks the lab for nothing before the step is to run', async () => {
    const player = await Player.begin();
    const atFirst = player.left;
    expect(player.press('space').left).toBe(atFirst);
    expect(player.press('space').left).toBeLessThan(atFirst);
  });

  it.each(['space', 'enter', 'right', 'pagedown', 'n', 'N'])('is what %s means', async (key) => {
    expect(where((await Player.begin()).press(key))).toBe('before name');
  });

  it('shows the rest of a long page first, a line of the last screen still on it', async () => {
    const player = await Player.begin();
    const long = { lines: 30, rows: 12 };
    expect(player.pressAt('space', long).demo).toMatchObject({ page: 0, scroll: 11 });
    expect(player.pressAt('space', long).demo).toMatchObject({ page: 0, scroll: 18 });
    expect(player.pressAt('space', long).demo).toMatchObject({ page: 1, scroll: 0 });
  });

  it('ends at the end, and says so', async () => {
    const player = (await Player.begin()).press(...Array(8).fill('space'));
    expect(where(player)).toBe('end');
    expect(player.demo.notice).toBe('end');
  });

  it('does not run ahead of a step that is still running', async () => {
    const { demo } = (await Player.begin()).press('space');
    const running = reduce(demo, { type: 'key', key: 'space', extent: ROOMY });
    expect(running).toMatchObject({ lab: 'running', page: 2 });
    const after = reduce(running, { type: 'key', key: 'space', extent: ROOMY });
    expect(after).toEqual({ ...running, notice: 'running' });
  });
});

describe('going back', () => {
  it('shows again what was shown, and runs nothing', async () => {
    const player = (await Player.begin()).press('space', 'space', 'space');
    const { left, demo } = player;
    expect(where(player.press('left'))).toBe('after name');
    expect(where(player.press('pageup'))).toBe('before name');
    expect(where(player.press('p', 'p', 'p'))).toBe('title');
    expect(player.left).toBe(left);
    expect(player.demo.told).toEqual(demo.told);
  });

  it('comes by the same pages again, and runs the next step only where it has not been run', async () => {
    const player = (await Player.begin()).press('space', 'space', 'left', 'left');
    const { left } = player;
    expect(where(player.press('space', 'space'))).toBe('after name');
    expect(player.left).toBe(left);
  });

  it('scrolls up first', async () => {
    const player = (await Player.begin()).press('space');
    const long = { lines: 30, rows: 12 };
    player.pressAt('down', long).pressAt('down', long);
    expect(player.demo).toMatchObject({ page: 1, scroll: 2 });
    expect(player.pressAt('left', long).demo).toMatchObject({ page: 1, scroll: 0 });
  });
});

describe('scrolling', () => {
  it('stops at both ends', async () => {
    const player = await Player.begin();
    const long = { lines: 30, rows: 12 };
    expect(player.pressAt('up', long).demo.scroll).toBe(0);
    expect(player.pressAt('end', long).demo.scroll).toBe(18);
    expect(player.pressAt('down', long).demo.scroll).toBe(18);
    expect(player.pressAt('home', long).demo.scroll).toBe(0);
  });
});

describe('going to a step', () => {
  it('runs what lies between, and stands still before it', async () => {
    const player = (await Player.begin()).press('3', 'enter');
    expect(where(player)).toBe('before host');
    expect(player.demo).toMatchObject({ lab: 'standing', until: undefined });
    expect(player.demo.told.map(({ step }) => step.id)).toEqual(['name', 'cost', 'host']);
  });

  it('runs nothing on the way back', async () => {
    const player = (await Player.begin()).press('3', 'enter');
    const { left } = player;
    expect(where(player.press('g', '1', 'enter'))).toBe('before name');
    expect(where(player.press('g', '0', 'enter'))).toBe('title');
    expect(player.left).toBe(left);
  });

  it('lets one change one’s mind', async () => {
    const player = (await Player.begin()).press('g', '9', 'backspace', '1');
    expect(player.demo.typed).toBe('1');
    expect(player.press('escape').demo).toMatchObject({ typed: undefined, page: 0 });
  });

  it('says where there is no such step', async () => {
    const player = (await Player.begin()).press('7', 'enter');
    expect(player.demo).toMatchObject({ page: 0, notice: 'no such step' });
  });

  it('shows the end where the lab does not get as far', async () => {
    const cut = EVENTS.filter((event) => event.type !== 'step' || event.id !== 'cost').filter(
      (event) => !('step' in event && event.step === 'cost'),
    );
    const player = (await Player.begin(undefined, cut)).press('2', 'enter');
    expect(where(player)).toBe('end');
    expect(player.press('2', 'enter').demo.notice).toBe('not reached');
  });
});

describe('the room', () => {
  it('chooses by a letter, and may choose again or not at all', async () => {
    const player = (await Player.begin()).press('space', 'a');
    expect(player.demo.votes).toEqual({ name: 0 });
    expect(player.press('C').demo.votes).toEqual({ name: 2 });
    expect(player.press('c').demo.votes).toEqual({});
  });

  it('cannot choose what is not offered, or when the kernel has answered', async () => {
    const player = (await Player.begin()).press('space', 'd');
    expect(player.demo.votes).toEqual({});
    expect(player.press('space', 'a').demo.votes).toEqual({});
  });
});

describe('hands', () => {
  it('are digits behind a letter, or one at a time, and are taken back with the letter', async () => {
    const player = (await Player.begin()).press('space', ...'a12b5+c-');
    expect(player.demo.hands).toEqual({ name: [12, 6, 0] });
    expect(player.press(...'bb').demo.hands).toEqual({ name: [12, 0, 0] });
    expect(player.demo.typed).toBeUndefined();
  });

  it('are the room’s choice where they were counted, and none where it is divided', async () => {
    const player = (await Player.begin()).press('space', ...'a3b4');
    expect(votesOf(player.demo, 'name').chosen).toBe(1);
    expect(votesOf(player.press('a', '+').demo, 'name').chosen).toBeUndefined();
  });

  it('are of a question only: digits without a letter lead to a step', async () => {
    expect((await Player.begin()).press('space', '2').demo).toMatchObject({ typed: '2', hands: {} });
  });
});

describe('a blank screen', () => {
  it.each(['b', '.'])('comes with %s, goes with any key, and that key does nothing else', async (key) => {
    const player = (await Player.begin()).press(key);
    expect(player.demo.blank).toBe(true);
    expect(player.press('space').demo).toMatchObject({ blank: false, page: 0 });
  });

  it('is no choice: at a question b is one', async () => {
    expect((await Player.begin()).press('space', 'b').demo).toMatchObject({ blank: false, votes: { name: 1 } });
  });

  it('is nothing that a demo goes on from by itself', async () => {
    const player = await Player.begin(AUTO);
    player.demo = { ...player.demo, blank: true };
    expect(isWaiting(player.demo)).toBe(false);
  });
});

describe('the time that a page stays', () => {
  it('is as long as its lines on the screen take to read, where no seconds are given', async () => {
    const { demo } = await Player.begin({ ...AUTO, seconds: undefined });
    const wait = (lines: number, scroll: number) => secondsOf({ ...demo, scroll }, { lines, rows: 20 });
    expect([wait(1, 0), wait(10, 0), wait(30, 0), wait(30, 20)]).toEqual([4, 15, 30, 15]);
    expect(secondsOf({ ...demo, auto: AUTO }, { lines: 30, rows: 20 })).toBe(5);
  });
});

describe('leaving', () => {
  it.each([
    ['q', 'quit'],
    ['r', 'restart'],
    ['interrupt', 'interrupt'],
  ])('is what %s means', async (key, leaving) => {
    expect((await Player.begin()).press(key).demo.leaving).toBe(leaving);
  });

  it('is what a signal means', async () => {
    const { demo } = await Player.begin();
    expect(reduce(demo, { type: 'signal' }).leaving).toBe('interrupt');
  });

  it('is not what q means while the keys are explained', async () => {
    const player = (await Player.begin()).press('?', 'q');
    expect(player.demo).toMatchObject({ help: false, leaving: undefined });
  });
});

describe('a demo that goes on by itself', () => {
  it('waits only while the lab stands still', async () => {
    const player = await Player.begin(AUTO);
    expect(isWaiting(player.demo)).toBe(true);
    expect(isWaiting({ ...player.demo, lab: 'running' })).toBe(false);
    expect(isWaiting({ ...player.demo, help: true })).toBe(false);
  });

  it('comes to the end, and stays there', async () => {
    const player = await Player.begin(AUTO);
    for (let page = 0; page < 7; page++) player.tick();
    expect(where(player)).toBe('end');
    expect(isWaiting(player.demo)).toBe(false);
  });

  it('leaves where nobody is there to do so', async () => {
    const player = await Player.begin({ ...AUTO, leaves: true });
    for (let page = 0; page < 8; page++) {
      expect(isWaiting(player.demo)).toBe(true);
      player.tick();
    }
    expect(player.demo.leaving).toBe('quit');
  });

  it('shows all of a long page', async () => {
    const player = (await Player.begin(AUTO)).tick({ lines: 30, rows: 20 });
    expect(player.demo).toMatchObject({ page: 0, scroll: 10 });
  });

  it('stops and goes on at the space bar', async () => {
    const player = (await Player.begin(AUTO)).press('space');
    expect(isWaiting(player.demo)).toBe(false);
    expect(where(player)).toBe('title');
    expect(isWaiting(player.press('space').demo)).toBe(true);
  });

  it('stops at any other key, which does what it does', async () => {
    const player = (await Player.begin(AUTO)).press('right');
    expect(where(player)).toBe('before name');
    expect(isWaiting(player.demo)).toBe(false);
  });

  it('stops at a break point, before the step runs', async () => {
    const player = await Player.begin({ ...AUTO, breaks: ['cost'] });
    player.tick().tick().tick();
    expect(where(player)).toBe('before cost');
    expect(player.demo).toMatchObject({ notice: 'break point', lab: 'standing' });
    expect(isWaiting(player.demo)).toBe(false);
  });
});

describe('a cat on the keyboard', () => {
  it('gets no page that there is not, and makes the lab tell nothing twice', async () => {
    const keys = 'space enter left right pageup up down home end g 0 1 2 3 9 a b c ? o . + - escape backspace x'.split(
      ' ',
    );
    let seed = 1;
    // Numerical Recipes: the same keys each time.
    const random = (below: number) => {
      seed = (seed * 1664525 + 1013904223) % 2 ** 32;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const player = await Player.begin();
    for (let press = 0; press < 5000; press++) {
      const extent = { lines: random(40), rows: 1 + random(20) };
      player.pressAt(keys[random(keys.length)] ?? 'x', extent);
      expect(player.demo.page).toBeGreaterThanOrEqual(0);
      expect(player.demo.page).toBeLessThanOrEqual(lastPage(player.demo));
      expect(player.demo.scroll).toBeGreaterThanOrEqual(0);
    }
    expect(player.demo.lab).toBe('over');
    expect(player.demo.told.map(({ step }) => step.id)).toEqual(['name', 'cost', 'host']);
  });
});

describe('the end of a step', () => {
  const held: Held = {
    type: 'hold',
    step: 'name',
    processes: [{ pid: 42, comm: 'sleep', namespaces: [], cgroups: [] }],
  };
  const running = async () =>
    reduce((await Player.begin()).press('space').demo, { type: 'key', key: 'space', extent: ROOMY });

  it('stands while its processes live, who can be looked at', async () => {
    const demo = reduce(await running(), { type: 'item', item: { ...held, over: true } });
    expect(heldNow(demo)?.processes).toEqual(held.processes);
    expect(reduce(demo, { type: 'key', key: 'h', extent: ROOMY }).commands).toBe(true);
  });

  it('goes on to the page of the next step, and shows nothing of their end', async () => {
    const demo = reduce(await running(), { type: 'item', item: { ...held, over: true } });
    const on = reduce(demo, { type: 'key', key: 'space', extent: ROOMY });
    expect(on).toMatchObject({ lab: 'running', until: 'cost' });
    const output: Item = { type: 'output', step: 'name', stream: 'stderr', text: 'killed\n' };
    expect(reduce(on, { type: 'item', item: output }).told).toEqual(on.told);
    const next = reduce(on, { type: 'item', item: { type: 'step', id: 'cost', title: 'cost', number: 2 } });
    expect(next).toMatchObject({ lab: 'standing', page: 3, until: undefined });
  });

  it('is no stop in the middle of a step, nor on the way to a later one', async () => {
    const demo = await running();
    expect(reduce(demo, { type: 'item', item: held })).toEqual(demo);
    const passing = { ...demo, until: 'host' };
    expect(reduce(passing, { type: 'item', item: { ...held, over: true } }).lab).toBe('running');
  });
});
