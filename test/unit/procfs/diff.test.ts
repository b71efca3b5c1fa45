import { describe, expect, it } from 'vitest';
import { diffMaps } from '../../../src/procfs/snapshot.js';
import { type DiffRow, diffLines } from '../../../src/view/text/diff-lines.js';

describe('diffMaps', () => {
  it('names what vanished, changed and appeared', () => {
    const before = new Map([
      ['gone', '1'],
      ['kept', '2'],
      ['grown', '3'],
    ]);
    const after = new Map([
      ['new', '5'],
      ['grown', '4'],
      ['kept', '2'],
    ]);
    expect(diffMaps(before, after)).toEqual([
      { kind: 'vanished', name: 'gone', before: '1' },
      { kind: 'changed', name: 'grown', before: '3', after: '4' },
      { kind: 'appeared', name: 'new', after: '5' },
    ]);
  });

  it('does not take an empty value for none', () => {
    expect(diffMaps(new Map([['a', '']]), new Map([['a', '']]))).toEqual([]);
    expect(diffMaps(new Map([['a', 'x']]), new Map([['a', '']]))).toEqual([
      { kind: 'changed', name: 'a', before: 'x', after: '' },
    ]);
  });
});

/** `=a` same, `-a` removed, `+a` added, `a>b` changed. */
function sketch({ before = '', after = '', change }: DiffRow): string {
  if (change === 'changed') return `${before}>${after}`;
  return { same: `=${before}`, removed: `-${before}`, added: `+${after}` }[change];
}

function text(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function sketches(before: string[], after: string[]): string[] {
  return diffLines(text(before), text(after)).map(sketch);
}

describe('diffLines', () => {
  it('leaves equal lines on one row', () => {
    expect(diffLines('a\nb\n', 'a\nb\n')).toEqual([
      { before: 'a', after: 'a', change: 'same' },
      { before: 'b', after: 'b', change: 'same' },
    ]);
  });

  it('puts a single value and its successor on one row', () => {
    expect(diffLines('-1', '20000')).toEqual([{ before: '-1', after: '20000', change: 'changed' }]);
  });

  it('aligns the lines around one that was added or removed', () => {
    expect(sketches(['a', 'b', 'c'], ['a', 'x', 'b', 'c'])).toEqual(['=a', '+x', '=b', '=c']);
    expect(sketches(['a', 'b', 'c'], ['b', 'c'])).toEqual(['-a', '=b', '=c']);
  });

  it('pairs a counter with itself by its name, though a line came before it', () => {
    expect(sketches(['nr_periods 0', 'nr_throttled 0'], ['burst 1', 'nr_periods 9', 'nr_throttled 7'])).toEqual([
      '+burst 1',
      'nr_periods 0>nr_periods 9',
      'nr_throttled 0>nr_throttled 7',
    ]);
  });

  it('does not pair lines that have nothing in common where their numbers differ', () => {
    expect(sketches(['12', '13'], ['14'])).toEqual(['-12', '-13', '+14']);
  });

  it('takes an empty text for no lines, and keeps an empty line', () => {
    expect(diffLines('', '')).toEqual([]);
    expect(diffLines('', '\n')).toEqual([{ after: '', change: 'added' }]);
    expect(sketches([], ['a', '', 'b'])).toEqual(['+a', '+', '+b']);
  });

  it('gives back both texts, whatever they are', () => {
    const words = ['a', 'b', 'a 1', 'a 2', 'b 1', ''];
    const random = (seed: number) => [1, 2, 3, 4, 5].map((i) => words[(seed * i * 7 + i * i) % words.length] ?? '');
    for (let seed = 0; seed < 50; seed++) {
      const [before, after] = [random(seed), random(seed * 3 + 1)];
      const rows = diffLines(text(before), text(after));
      expect(rows.filter((row) => row.before !== undefined).map((row) => row.before)).toEqual(before);
      expect(rows.filter((row) => row.after !== undefined).map((row) => row.after)).toEqual(after);
    }
  });
});
