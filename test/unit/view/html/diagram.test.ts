import { describe, expect, it } from 'vitest';
import { parseGrid } from '../../../../src/view/html/diagram/cells.js';
import { diagramSvg } from '../../../../src/view/html/diagram/index.js';
import { linesOf } from '../../../../src/view/html/diagram/lines.js';
import { textsOf } from '../../../../src/view/html/diagram/texts.js';
import { openedTags } from '../../../support/markup.js';

describe('the lines of a drawing', () => {
  it('of a box are four, each in one piece', () => {
    const lines = linesOf(parseGrid('┌──┐\n│  │\n└──┘'));
    expect(lines).toHaveLength(4);
    expect(lines).toContainEqual({ stroke: 'thin', from: [1, 1], to: [7, 1] });
    expect(lines).toContainEqual({ stroke: 'thin', from: [1, 1], to: [1, 5] });
  });

  it('meet where one ends at another', () => {
    expect(linesOf(parseGrid('├─'))).toEqual([
      { stroke: 'thin', from: [1, 1], to: [4, 1] },
      { stroke: 'thin', from: [1, 0], to: [1, 2] },
    ]);
  });

  it('go on into the heads of their arrows', () => {
    expect(linesOf(parseGrid('─▶'))).toEqual([{ stroke: 'thin', from: [0, 1], to: [3, 1] }]);
    expect(linesOf(parseGrid('│\n▼'))).toEqual([{ stroke: 'thin', from: [1, 0], to: [1, 3] }]);
    expect(linesOf(parseGrid('◀─'))).toEqual([{ stroke: 'thin', from: [1, 1], to: [4, 1] }]);
  });

  it('do not join where the stroke changes', () => {
    expect(linesOf(parseGrid('─═')).map(({ stroke }) => stroke)).toEqual(['thin', 'thick']);
  });
});

describe('the words of a drawing', () => {
  it('stand in the columns where they were drawn', () => {
    expect(textsOf(parseGrid('│ a word  two │'))).toEqual([
      { text: 'a word', row: 0, column: 2, width: 6, wide: false },
      { text: 'two', row: 0, column: 10, width: 3, wide: false },
    ]);
  });

  it('count Chinese characters as two columns, and stand in runs of their own', () => {
    expect(textsOf(parseGrid('│宿主机 PID 1│'))).toEqual([
      { text: '宿主机', row: 0, column: 1, width: 6, wide: true },
      { text: 'PID 1', row: 0, column: 8, width: 5, wide: false },
    ]);
  });

  it('keep an ASCII minus and a bar, which are no lines', () => {
    expect(textsOf(parseGrid('a - b | c'))).toMatchObject([{ text: 'a - b | c' }]);
  });
});

describe('a drawing as SVG', () => {
  it('has a title, a size from its grid, and no colour of its own', () => {
    const svg = diagramSvg('┌─┐\n└─┘', 'A box & more').text;
    expect(openedTags(svg)[0]).toMatchObject({
      name: 'svg',
      attributes: { role: 'img', viewBox: '0 0 27 40' },
    });
    expect(svg).toContain('<title>A box &amp; more</title>');
    expect(svg).not.toMatch(/style=|fill=|stroke=|#[0-9a-f]{3}/);
  });

  it('draws round corners as arcs, and heads of arrows', () => {
    const svg = diagramSvg('╭─▶\n▲', 'round').text;
    expect(svg).toContain('Q4.5 10 ');
    expect(svg.match(/Z/g)).toHaveLength(2);
  });

  it('makes every word as wide as its columns, whatever the font', () => {
    expect(diagramSvg('│ 容器 sh', 'x').text).toContain('<text x="18" y="15" textLength="36" class="wide">容器</text>');
  });

  it('lets no text become markup', () => {
    expect(() => openedTags(diagramSvg('<script> "', '"><b>').text)).not.toThrow();
    expect(openedTags(diagramSvg('<script> "', '"><b>').text).map(({ name }) => name)).not.toContain('script');
  });
});
