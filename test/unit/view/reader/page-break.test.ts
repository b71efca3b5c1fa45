import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { breakPages, PAGE_BREAK } from '../../../../src/view/reader/page-break.js';
import { readSample } from './reading.js';

const SCREEN = { rows: 4, columns: 10 };

describe('the pages of a pager', () => {
  it('are filled up with empty lines where one is to begin', () => {
    expect(breakPages(['a', PAGE_BREAK, 'b'], SCREEN)).toEqual(['a', '', '', '', 'b']);
    expect(breakPages(['a', 'b', 'c', 'd', `  ${PAGE_BREAK}`, 'e'], SCREEN)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('count a line that is too wide in the rows that it takes, and colours in none', () => {
    const wide = 'x'.repeat(25);
    expect(breakPages([wide, PAGE_BREAK, 'b'], SCREEN)).toEqual([wide, '', 'b']);
    expect(breakPages(['\x1b[36m容器容器容\x1b[39m', PAGE_BREAK, 'b'], SCREEN).slice(1)).toEqual(['', '', '', 'b']);
  });

  it('have the answer on the page behind the question, with the choice that is right', async () => {
    const text = stripVTControlCharacters(await readSample('en', { columns: 80 }, { overleaf: true }));
    const [question = '', answer = '', ...more] = text.split(PAGE_BREAK);
    expect(more).toEqual([]);
    expect(question).toContain('the answer is on the next page');
    expect(question).not.toMatch(/another namespace|✓ b\)|--answers/);
    expect(answer).toMatch(
      /^\s*┃ Answer: b\n\s*┃ What it said before\.\n\s*┃\n\s*┃ The host is in another namespace\./,
    );
  });
});
