import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { Cast } from '../../../src/cli/demo/cast.js';
import { Controller } from '../../../src/cli/demo/controller.js';
import { FAREWELL, isDemoSocket, parseNote, socketName } from '../../../src/cli/demo/notes-server.js';
import { type DemoOptions, parseAuto, refuseOtherViews } from '../../../src/cli/demo/request.js';
import { repaint } from '../../../src/terminal/full-screen.js';
import { parseKeys } from '../../../src/terminal/keys.js';
import type { Demo } from '../../../src/view/demo/state.js';
import type { Item } from '../../../src/view/run/items.js';
import { Player, ROOMY } from '../view/demo-sample.js';

const folder = mkdtempSync(join(tmpdir(), 'tslab-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('parseKeys', () => {
  it('names what has no character of its own, as xterm and a VT send it', () => {
    const sent = '\x1b[A\x1bOB\x1b[C\x1b[D\x1b[5~\x1b[6~\x1b[H\x1bOF\r \x7f\x03';
    const names = 'up down right left pageup pagedown home end enter space backspace interrupt';
    expect(parseKeys(sent)).toEqual({ keys: names.split(' '), rest: '' });
  });

  it('takes every other character for itself', () => {
    expect(parseKeys('g12ü').keys).toEqual(['g', '1', '2', 'ü']);
  });

  it('makes one unknown key of a sequence that it does not know', () => {
    expect(parseKeys('\x1b[1;5Cx').keys).toEqual(['unknown', 'x']);
  });

  it('waits for the rest of a sequence, but not behind a lone Escape', () => {
    expect(parseKeys('a\x1b[')).toEqual({ keys: ['a'], rest: '\x1b[' });
    expect(parseKeys('\x1b[6')).toEqual({ keys: [], rest: '\x1b[6' });
    expect(parseKeys('\x1b')).toEqual({ keys: ['escape'], rest: '' });
  });

  it('takes Ctrl-D for the wish to leave', () => {
    expect(parseKeys('\x04').keys).toEqual(['q']);
  });
});

describe('repaint', () => {
  it('clears the screen the first time', () => {
    expect(repaint(undefined, ['a', 'b'])).toMatch(/\[H.\[2J.*\[1;1H.\[2Ka.*\[2;1H.\[2Kb/);
  });

  it('writes only the rows that differ', () => {
    expect(repaint(['a', 'b', 'c'], ['a', 'x', 'c'])).toMatch(/^[^H]*\[2;1H.\[2Kx[^H]*$/);
  });

  it('writes nothing where nothing differs', () => {
    expect(repaint(['a', ''], ['a', ''])).toBe('');
  });
});

describe('parseAuto', () => {
  const [entry] = CATALOGUE;
  if (!entry) throw new Error('there is no lab');
  const auto = (options: Partial<DemoOptions>) =>
    parseAuto({ color: true, ...options, entry }, ['clone', 'host'], false);

  it('is none where it is not asked for', () => {
    expect(auto({})).toBeUndefined();
  });

  it('takes seconds, and steps to stop before', () => {
    const expected = { seconds: 1.5, going: true, breaks: ['host'], leaves: false };
    expect(auto({ auto: '1.5', break: ['host'] })).toEqual(expected);
  });

  it.each(['0', '-1', '1e9', 'soon', '', '90000'])('refuses %j', (seconds) => {
    expect(() => auto({ auto: seconds })).toThrow('is not a time to wait');
  });

  it('refuses a break point that is no step, and names those that are', () => {
    expect(() => auto({ auto: '1', break: ['clnoe'] })).toThrow(
      expect.objectContaining({
        message: '--break: 01-pid-namespace has no step "clnoe"',
        remedy: expect.stringContaining('clone, host'),
      }),
    );
  });

  it('refuses a break point without --auto', () => {
    expect(() => auto({ break: ['host'] })).toThrow('--break');
  });
});

describe('refuseOtherViews', () => {
  it('names the way to the same lab without a screen', () => {
    const remedy = expect.stringContaining('tslab LAB --json');
    expect(() => refuseOtherViews({ color: true, json: true })).toThrow(expect.objectContaining({ remedy }));
    expect(() => refuseOtherViews({ color: true, plain: true })).toThrow('--plain');
    expect(() => refuseOtherViews({ color: true })).not.toThrow();
  });
});

describe('a recording', () => {
  const header = { columns: 80, rows: 24, title: 'A lab', timestamp: 1_700_000_000, term: 'xterm' };

  it('is whole after each line: a header, screens, markers, sizes', () => {
    const path = join(folder, 'whole.cast');
    const cast = new Cast(path, false, header);
    cast.screen('\x1b[2Jhello');
    cast.marker('1 A step');
    cast.resize({ columns: 100, rows: 30 });
    const [first, ...events] = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    cast.close();
    expect(first).toMatchObject({ version: 2, width: 80, height: 24, title: 'A lab', env: { TERM: 'xterm' } });
    expect(events.map(([, ...rest]) => rest)).toEqual([
      ['o', '\x1b[2Jhello'],
      ['m', '1 A step'],
      ['r', '100x30'],
    ]);
    const times = events.map(([time]) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('replaces no file unless it may', () => {
    const path = join(folder, 'twice.cast');
    new Cast(path, false, header).close();
    expect(() => new Cast(path, false, header)).toThrow(`${path} exists already`);
    expect(() => new Cast(path, true, header).close()).not.toThrow();
  });

  it('says why it cannot be made', () => {
    expect(() => new Cast(join(folder, 'none', 'a.cast'), false, header)).toThrow(/cannot be written: ENOENT/);
  });

  it('ends, and does not end the demo, where the disk is full', () => {
    expect(() => new Cast('/dev/full', true, header)).not.toThrow();
    const cast = new Cast('/dev/full', true, header);
    cast.screen('more');
    cast.close();
    expect(cast.failure?.message).toContain('ENOSPC');
  });
});

describe('the socket of a demo', () => {
  it('tells which lab it is of', () => {
    const name = socketName('03-cgroups', '12-345');
    expect([isDemoSocket(name, undefined), isDemoSocket(name, '03-cgroups')]).toEqual([true, true]);
    expect([isDemoSocket(name, '01-pid-namespace'), isDemoSocket(`.${name}`, undefined)]).toEqual([false, false]);
  });

  it('says goodbye in the end', () => {
    expect(parseNote(FAREWELL)).toBeUndefined();
    expect(parseNote('{"lab":"01"}')).toEqual({ lab: '01' });
  });
});

describe('the controller', () => {
  it('asks the lab for the next event only while a step runs, and shows what came at once together', async () => {
    const { demo } = await Player.begin();
    const source = new Lab([{ type: 'over' }]);
    const shown: Demo[] = [];
    const controller = new Controller(demo, source, { extentOf: () => ROOMY, show: (now) => shown.push(now) });
    const left = controller.run();
    controller.press('space');
    expect(source.asked).toBe(0);
    controller.press('space');
    expect(source.asked).toBe(1);
    controller.press('q');
    expect(await left).toMatchObject({ leaving: 'quit' });
    expect(shown).toHaveLength(1);
  });

  it('fails as the lab fails', async () => {
    const { demo } = await Player.begin();
    const source = { next: () => Promise.reject(new Error('a bug')) };
    const controller = new Controller({ ...demo, lab: 'running' }, source, { extentOf: () => ROOMY, show: () => {} });
    await expect(controller.run()).rejects.toThrow('a bug');
  });

  it('goes on by itself when all of a page has come', async () => {
    const auto = { seconds: 0.01, going: true, breaks: [], leaves: true };
    const { demo } = await Player.begin(auto);
    const source = new Lab([{ type: 'over' }]);
    const left = await new Controller(demo, source, { extentOf: () => ROOMY, show: () => {} }).run();
    expect(left).toMatchObject({ leaving: 'quit', lab: 'over' });
  });
});

/** A lab that tells these things, and counts how often it is asked. */
class Lab {
  asked = 0;
  constructor(readonly items: Item[]) {}

  async next(): Promise<Item | undefined> {
    this.asked++;
    return this.items.shift();
  }
}
