import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../../src/view/text/width.js';
import { readSample, saySample } from './reading.js';

const LANGUAGES = ['en', 'zh'] as const;
const WIDTHS = [60, 80, 120];

/** Lines that are wider than the terminal, but for those of drawings, which are not folded. */
function tooWide(text: string, columns: number): string[] {
  return text.split('\n').filter((line) => displayWidth(line) > columns && !/[┌│└]/.test(line));
}

describe.each(LANGUAGES)('a lesson in %s', (language) => {
  it.each(WIDTHS)('is set for %i columns', async (columns) => {
    await expect(await readSample(language, { columns })).toMatchFileSnapshot(`screens/${language}-${columns}.txt`);
  });

  it.each(WIDTHS)('is set for %i columns, in colour', async (columns) => {
    const text = await readSample(language, { columns, color: 1 });
    await expect(text).toMatchFileSnapshot(`screens/${language}-${columns}-color.txt`);
  });

  it('reads aloud', async () => {
    await expect(await saySample(language)).toMatchFileSnapshot(`screens/${language}-plain.txt`);
  });

  it.each([20, 33, 40, 60, 79, 120, 200])('keeps to %i columns', async (columns) => {
    const text = await readSample(language, { columns, color: 1, hyperlinks: true }, { answers: true, hints: 9 });
    const bare = stripVTControlCharacters(text);
    expect(bare).toContain('CLONE_NEWUTS');
    expect(tooWide(bare, columns)).toEqual([]);
  });

  it('has the same words in colour', async () => {
    const [plain, colored] = await Promise.all(
      ([0, 1] as const).map((color) => readSample(language, { columns: 200, color })),
    );
    // Code has backticks where it has no colour, and they take columns of tables.
    const words = (text = '') => stripVTControlCharacters(text).replaceAll(/[`\s─┄┼]/g, '');
    expect(words(colored)).toBe(words(plain));
  });
});

describe('what is withheld', () => {
  it('is the answer, until it is asked for', async () => {
    const closed = await readSample('en', { columns: 80 });
    expect(closed).toContain('b) What it said before.');
    expect(closed).toContain('`tslab read 07 --section uts --answers`');
    expect(closed).not.toMatch(/another namespace|✓ b\)/);
    const open = await readSample('en', { columns: 80 }, { answers: true });
    expect(open).toContain('✓ b) What it said before.');
    expect(open).toContain('Answer: b. The host is in another namespace.');
    expect(open).not.toContain('--answers');
  });

  it('are the hints, one stage after the other', async () => {
    const [none, one, two] = await Promise.all([0, 1, 2].map((hints) => readSample('en', { columns: 80 }, { hints })));
    expect(none).toContain('2 hints, the next with `tslab read 07 --section uts --hints 1`.');
    expect(none).not.toMatch(/ns\/uts|Two inodes/);
    expect(one).toContain('ns/uts');
    expect(one).toContain('One hint, the next with `tslab read 07 --section uts --hints 2`.');
    expect(one).not.toContain('Two inodes');
    expect(two).toContain('Two inodes');
    expect(two).not.toContain('--hints');
  });

  it('are the notes for presenters, always', async () => {
    const shown = { answers: true, hints: 9 };
    const texts = [await readSample('en', { columns: 80 }, shown), await saySample('en', shown)];
    expect(texts.filter((text) => text.includes('show of hands'))).toEqual([]);
  });
});

describe('a transcript', () => {
  it('shows what the run told in its step, and nothing of another', async () => {
    const text = await readSample('en', { columns: 80 });
    expect(text).toContain('sethostname("box", 3) = 0');
    expect(text).not.toContain('of another step');
  });

  it('that is not recorded yet says which command shows it', async () => {
    expect(await readSample('en', { columns: 80 })).toContain('`tslab 07-uts --skip uts` shows it');
  });
});

describe('without Unicode', () => {
  it('a lesson has ASCII characters only', async () => {
    const text = await readSample('en', { columns: 80, unicode: false }, { answers: true, hints: 9 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the line feed is one
    expect(text).toMatch(/^[\x0a\x20-\x7e]*$/);
    expect(text).toContain('| nodename: box      |');
  });
});

describe('linear text', () => {
  it('has no drawing, and every question, choice and cell by name', async () => {
    const text = await saySample('en');
    expect(text).not.toMatch(/[─-╿]/);
    expect(text).toContain('a) box: there is one name for the whole machine.');
    expect(text).toContain('call: unshare(CLONE_NEWUTS); what it does: the same for the caller itself; since: 2.6.16');
  });
});
