import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { farewell } from '../../../src/view/demo/farewell.js';
import { pageOf } from '../../../src/view/demo/state.js';
import { predictionsOf } from '../../../src/view/paced/afterwards.js';
import { plainPage } from '../../../src/view/paced/plain.js';
import { screenOf } from '../../../src/view/terminal/screen.js';
import { EVENTS, Player } from './demo-sample.js';
import { PacedReader, recorded, Terminal } from './paced-reader.js';

const LABS = CATALOGUE.map(({ id }) => id);
const LANGUAGES = ['en', 'zh'] as const;

async function follow(columns = 80, language = 'en'): Promise<PacedReader> {
  return new PacedReader(await Player.begin(undefined, EVENTS, 'lines'), new Terminal(columns, language));
}

/** The page before a key and after it, for somebody who only goes on. */
async function readToTheEnd(lab: string, language: string): Promise<{ reader: PacedReader; texts: string[] }> {
  const reader = new PacedReader(await recorded(lab, language), new Terminal(80, language));
  const texts = [reader.new];
  while (!reader.player.demo.leaving) texts.push(reader.press('space').new);
  return { reader, texts };
}

/** Of what was written, the lines that stay. */
function linesOf(text: string): string[] {
  return text.replaceAll('<erased>', '').split('\n').slice(0, -1);
}

describe.each(LANGUAGES)('a run that stops (%s)', (language) => {
  it.each([60, 80, 120])('looks so in %i columns', async (columns) => {
    const reader = await follow(columns, language);
    expect(reader.press('a', '?', 't', 'space', 'space').new).toMatchSnapshot();
  });

  it('reads so aloud', async () => {
    const player = await Player.begin(undefined, EVENTS, 'lines');
    const writing = { linesOf: plainPage, erases: false, fills: false };
    const reader = new PacedReader(player, new Terminal(80, language), writing);
    expect(reader.press('b', 'space', 'space').new).toMatchSnapshot();
  });

  it.each(LABS)('writes no more at once than a screen of 24 lines shows, but for the end (%s)', async (lab) => {
    const { texts } = await readToTheEnd(lab, language);
    for (const text of texts.slice(1, -1)) {
      const lines = linesOf(text);
      const body = lines[0] === '' ? lines.slice(1) : lines;
      expect(body.length, text).toBeLessThanOrEqual(23);
    }
  });
});

describe('a run that stops', () => {
  it('shows all of most steps on 80 columns and 24 rows', async () => {
    let [pages, whole] = [0, 0];
    for (const lab of LABS) {
      const reader = new PacedReader(await recorded(lab, 'en'), new Terminal(80));
      while (!reader.player.demo.leaving) {
        const { lines, rows } = reader.lines.extentOf(reader.player.demo);
        pages++;
        if (lines <= rows) whole++;
        const { page } = reader.player.demo;
        while (reader.player.demo.page === page && !reader.player.demo.leaving) reader.press('space');
      }
    }
    expect(whole / pages).toBeGreaterThan(0.8);
  }, 20_000);

  it('asks first, and holds back what would answer', async () => {
    const reader = await follow();
    const asked = reader.new;
    expect(asked).toContain('What is the host called afterwards?');
    expect(asked).toContain('Your choice: a, b, c, or Space');
    expect(asked).not.toContain('The host keeps its name');
    expect(reader.player.left).toBeGreaterThan(0);
  });

  it('says whether the guess was right, and why', async () => {
    expect((await follow()).press('b').new).toMatch(/✓ You were right: b\) As before\.[\s\S]*The host keeps/);
    expect((await follow()).press('a').new).toContain('You said a), but it is b) As before.');
    expect((await follow()).press('space').new).toContain('The answer: b) As before.');
  });

  it('stops once at a step that asks nothing: at what came of it', async () => {
    const reader = (await follow()).press('b');
    const before = reader.player.demo.page;
    const text = reader.press('space').new;
    expect(text).toMatch(/It costs nothing[\s\S]*✓ it is quick/);
    expect(reader.player.demo.page).toBe(before + 2);
  });

  it('ends by itself, and says how the predictions went and what is next', async () => {
    const reader = (await follow()).press('a', 'space', 'space', 'space');
    expect(reader.player.demo.leaving).toBe('quit');
    const text = reader.new;
    expect(text).toContain('You predicted 0 of 1 rightly; you missed name.');
    expect(text).toMatch(/Break it: `tslab 07 --skip name` · Read: `tslab read 07` ·\s+Next: `tslab 08`/);
  });

  it('shows the calls once, when somebody wants to see them', async () => {
    const reader = (await follow()).press('b');
    expect(reader.new).toMatch(/▸ 5 calls, \d new: clone\([\s\S]*t: calls/);
    const traced = reader.press('t').new;
    expect(traced).toMatch(/▸ child {2}sethostname\("box", 3\) = 0/);
    expect(traced).not.toContain('t: calls');
    expect(reader.press('t').new).toBe('');
  });

  it('lists the keys, and takes the next one all the same', async () => {
    const reader = (await follow()).press('?');
    expect(reader.new).toContain('end the lab here; the host is left as it was');
    expect(reader.press('b').new).toContain('You were right');
  });

  it('gives way to the whole screen and comes back to where it was, whatever was looked at there', async () => {
    const reader = (await follow()).press('b');
    const { player } = reader;
    const { page } = player.demo;
    player.press('d');
    expect(player.demo).toMatchObject({ dress: 'screen', page });
    player.press('left', 'left');
    expect(player.demo.page).toBe(page - 2);
    player.press('q');
    expect(player.demo).toMatchObject({ dress: 'lines', page, leaving: undefined });
    expect(reader.press('space').new).toContain('It costs nothing');
  });

  it('writes what was run on the whole screen below the rest', async () => {
    const reader = (await follow()).press('b');
    reader.player.press('d', 'space', 'space', 'd');
    reader.new;
    reader.lines.show(reader.player.demo);
    expect(reader.new).toMatch(/It costs nothing[\s\S]*✓ it is quick/);
  });

  it('takes no key while a step runs, but one that ends it', async () => {
    const { demo } = (await follow()).player;
    const player = new Player({ ...demo, lab: 'running', page: 2 }, []);
    expect(player.press('space', 'a').demo).toMatchObject({ page: 2, votes: {} });
    expect(player.press('q').demo.leaving).toBe('quit');
  });

  it('says calmly that it was left', async () => {
    const { demo } = (await follow()).press('b', 'q').player;
    expect(demo.leaving).toBe('quit');
    const text = farewell(demo, undefined, screenOf(new Terminal(80).sink)).join('\n');
    expect(text).toBe('07-uts: left at step 2 of 3');
    expect(text).not.toMatch(/fail|interrupt|✗/);
  });

  it('states nothing of what was left out', async () => {
    const events = EVENTS.map((event) => (event.type === 'step' ? { ...event, skipped: true as const } : event));
    const reader = new PacedReader(await Player.begin(undefined, events, 'lines'), new Terminal(80));
    const text = reader.new;
    expect(text).toContain('left out on purpose (--skip name)');
    expect(text).not.toContain('The host keeps its name');
  });

  it('writes no escape sequence where a terminal knows none', async () => {
    const player = await Player.begin(undefined, EVENTS, 'lines');
    const reader = new PacedReader(player, new Terminal(80), { erases: false, fills: false });
    reader.press('b', 'space', 'space', 'space');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(reader.terminal.text).not.toMatch(/[\x1b\r]/);
    expect(reader.terminal.text).toContain('Your choice: a, b, c, or Space, q to end.\n');
  });

  it('begins with the title, and says how long it takes', async () => {
    expect((await follow()).new).toMatch(/^07-uts {2}A name of its own\n[\s\S]*3 steps, about 3 minutes\n/);
  });
});

describe('predictionsOf', () => {
  it('counts what somebody has said and the kernel has answered', async () => {
    const { player } = await follow();
    expect(predictionsOf(player.demo)).toEqual({ asked: [], missed: [] });
    expect(predictionsOf(player.press('b').demo)).toEqual({ asked: ['name'], missed: [] });
    expect(pageOf(player.demo).kind).toBe('after');
  });
});
