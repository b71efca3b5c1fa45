import { describe, expect, it } from 'vitest';
import { abridgeText } from '../../../src/view/text/abridge.js';
import { humanise } from '../../../src/view/text/figures.js';
import { parseInline, withoutMarks } from '../../../src/view/text/markdown.js';
import { visible, visibleAll, visibleJson, visibleLine } from '../../../src/view/text/visible.js';
import { displayWidth, padToWidth } from '../../../src/view/text/width.js';
import { wrap } from '../../../src/view/text/wrap.js';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['容器', 4],
    ['（全）', 6],
    ['e\u0301', 1],
    ['│ ✓ … ±', 7],
    ['👩‍💻', 2],
    ['한글', 4],
    ['𗀀𛀀', 4],
  ])('of %j is %i columns', (text, width) => expect(displayWidth(text)).toBe(width));

  it('is what padding fills up', () => expect(padToWidth('容器', 6)).toBe('容器  '));
});

describe('wrap', () => {
  const lines = (text: string, width: number, hang = 0) => wrap([{ text }], width, hang);

  it('breaks at spaces and drops them there', () => {
    expect(lines('one two  three', 8)).toEqual(['one two', 'three']);
  });

  it('indents later lines, within the width', () =>
    expect(lines('aa bb cc dd', 6, 2)).toEqual(['aa bb', '  cc', '  dd']));

  it('keeps spaces that stand inside a line', () => expect(lines('a   b', 10)).toEqual(['a   b']));

  it('cuts a word that is longer than the line', () => expect(lines('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']));

  it('breaks a long path behind a slash, beside what stands before it', () =>
    expect(lines('w </sys/fs/cgroup/tslab>', 14)).toEqual(['w </sys/fs/', 'cgroup/tslab>']));

  it('breaks between flags', () =>
    expect(lines('mount(MS_NOSUID|MS_NODEV)', 20)).toEqual(['mount(MS_NOSUID|', 'MS_NODEV)']));

  it('breaks Chinese anywhere but before punctuation', () => {
    expect(lines('容器就是系统调用', 6)).toEqual(['容器就', '是系统', '调用']);
    expect(lines('容器就，是', 6)).toEqual(['容器', '就，是']);
  });

  it('gives one empty line for an empty text', () => expect(lines('', 10)).toEqual(['']));

  it('keeps a word together across styles, and paints each part', () => {
    const spans = [{ text: 'see ' }, { text: 'clone', paint: (text: string) => `<${text}>` }, { text: ', then' }];
    expect(wrap(spans, 8)).toEqual(['see', '<clone>,', 'then']);
  });
});

describe('abridge', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`);
  const say = (hidden: number) => `${hidden} more`;

  it('keeps the first eight and the last four lines, and counts the others', () =>
    expect(abridgeText(`${lines(20).join('\n')}\n`, 16, say)).toEqual([...lines(8), '8 more', '17', '18', '19', '20']));

  it('leaves what is not too long as it is', () =>
    expect(abridgeText(lines(16).join('\n'), 16, say)).toEqual(lines(16)));
});

describe('visible', () => {
  it('writes controls out, so that output cannot drive the terminal', () => {
    expect(visible('\x1b[2J\x07\r\x9b1m\x7f')).toBe('\\x1b[2J\\x07\\x0d\\x9b1m\\x7f');
  });

  it('writes out what turns or hides text', () => expect(visible('a\u202eb\u200b')).toBe('a\\u202eb\\u200b'));

  it('keeps lines, and takes the carriage return of a terminal from them', () =>
    expect(visible('a\r\nb\n')).toBe('a\nb\n'));

  it('expands tabs as a terminal does', () => expect(visible('NSpid:\t4790\t1')).toBe('NSpid:  4790    1'));

  it('reaches every string of an event', () => {
    expect(visibleAll({ type: 'x', args: ['\x1b', 3, null] })).toEqual({ type: 'x', args: ['\\x1b', 3, null] });
  });
});

describe('visibleLine', () => {
  it('keeps what somebody else has chosen in one line and one cell', () =>
    expect(visibleLine('a\nD /etc\tb\r')).toBe('a\\nD /etc\\tb\\x0d'));

  it.each([
    ['C1', '\u009b31m', '\\x9b31m'],
    ['bidi marks', '\u202e\u2066\u061c\u200f', '\\u202e\\u2066\\u061c\\u200f'],
    ['what has no width', 'a\u200bb\u200d\ufeff\u00ad', 'a\\u200bb\\u200d\\ufeff\\xad'],
    ['what breaks lines', '\u2028\u2029\u0085', '\\u2028\\u2029\\x85'],
    ['tags that nobody sees', '\u{e0041}', '\\u{e0041}'],
    ['a byte that is no UTF-8', 'caf\udce9', 'caf\\xe9'],
    ['half of a pair', '\ud83d', '\\ud83d'],
    ['letters of any language', 'é 容器 한글 😀', 'é 容器 한글 😀'],
  ])('writes out %s', (_, text, shown) => expect(visibleLine(text)).toBe(shown));
});

describe('visibleJson', () => {
  it('means the same, and a terminal shows it as it is', () => {
    const value = { a: ['\u009b\u202e\x7f\x1b\udce9\u{e0041}é'] };
    const text = visibleJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toMatch(/^[\n\x20-\x7eé]*$/);
  });
});

describe('parseInline', () => {
  it('finds code, strong and emphasised text, and links', () => {
    expect(parseInline('a `b` **c `d`** *e* [f](g)')).toEqual([
      { text: 'a ', style: 'plain' },
      { text: 'b', style: 'code' },
      { text: ' ', style: 'plain' },
      { text: 'c ', style: 'strong' },
      { text: 'd', style: 'code' },
      { text: ' ', style: 'plain' },
      { text: 'e', style: 'emphasis' },
      { text: ' ', style: 'plain' },
      { text: 'f', style: 'plain' },
    ]);
  });

  it('leaves names with underscores and lone marks alone', () => {
    expect(withoutMarks('CLONE_NEW_X, 2 * 3 * 4, \\*')).toBe('CLONE_NEW_X, 2 * 3 * 4, *');
  });
});

describe('humanise', () => {
  it.each([
    [0.201, 'cpu', '20.1 %'],
    [1, 'cpu', '100 %'],
    [0, 'bytes', '0 B'],
    [1023, 'bytes', '1023 B'],
    [1024, 'bytes', '1 KiB'],
    [67_108_864, 'bytes', '64 MiB'],
    [12.34, 's', '12.3 s'],
    [0.0254, 's', '25.4 ms'],
    [0.00091, 's', '910 µs'],
    [0, 's', '0 s'],
    [64, 'processes', '64 processes'],
  ])('%d %s is %s', (value, unit, text) => expect(humanise(value, unit)).toBe(text));
});
