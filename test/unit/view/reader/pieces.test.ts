import { describe, expect, it } from 'vitest';
import type { UserError } from '../../../../src/kernel/errors/user-error.js';
import { chaptersOf } from '../../../../src/lesson/chapters.js';
import { parseLesson } from '../../../../src/lesson/lesson.js';
import { chapterAfter, findChapter } from '../../../../src/view/document/chapters.js';
import { destinationOf, shortName } from '../../../../src/view/document/links.js';
import { parseMarkdown } from '../../../../src/view/document/markdown.js';
import { drawnFor, formatDiagram } from '../../../../src/view/reader/drawing.js';
import { formatNodes } from '../../../../src/view/reader/nodes.js';
import type { Page } from '../../../../src/view/reader/page.js';
import { fitColumns } from '../../../../src/view/reader/table.js';
import { displayWidth } from '../../../../src/view/text/width.js';
import { wrap, wrapCells } from '../../../../src/view/text/wrap.js';
import { pageFor, sampleRequest, type Terminal } from './reading.js';

const pageOf = async (terminal: Terminal) => pageFor(terminal, await sampleRequest('en'));
const formatMarkdown = (text: string, page: Page) => formatNodes(parseMarkdown(text), page);
const HEAD = '---\ntitle: t\nsummary: s\n---\n';

describe('links', () => {
  const TEXT = 'See [the manual page](https://man7.org/a), [lesson 02](02-rootfs.md) and <https://lwn.net>.';

  it('are footnotes, each address once, where the terminal cannot open them', async () => {
    const page = await pageOf({ columns: 80 });
    const lines = formatMarkdown(`${TEXT} [Again](https://man7.org/a).`, page).join(' ');
    expect(lines).toContain('the manual page\u00a0[1], lesson 02\u00a0[2] and https://lwn.net. Again\u00a0[1].');
    expect(page.footnotes?.take()).toEqual([
      { number: 1, address: 'https://man7.org/a' },
      { number: 2, address: 'tslab read 02' },
    ]);
    expect(page.footnotes?.take()).toEqual([]);
  });

  it('can be clicked where it can, and end where the line ends', async () => {
    const page = await pageOf({ columns: 20, color: 1, hyperlinks: true });
    const lines = formatMarkdown(TEXT, page);
    const opened = lines.map((line) => line.split('\x1b]8;;https').length - 1);
    const closed = lines.map((line) => line.split('\x1b]8;;\x1b').length - 1);
    expect(opened).toEqual(closed);
    expect(opened.reduce((sum, count) => sum + count)).toBeGreaterThan(1);
    expect(lines.join(' ')).toContain('(tslab read 02)');
  });

  it.each([
    ['03-cgroups.md#cpu-quota', 'tslab read 03 --section cpu-quota'],
    ['glossary.md', 'tslab read glossary'],
    ['00-introduction.md', 'tslab read intro'],
    ['#clone', 'tslab read 01 --section clone'],
    ['../../labs/02-rootfs/lab.ts', 'labs/02-rootfs/lab.ts'],
  ])('to %s are %s', (href, note) => {
    expect(destinationOf(href, '01')).toEqual({ note });
  });

  it('need no footnote where the text says it', async () => {
    const page = await pageOf({ columns: 80 });
    expect(formatMarkdown('Labs [00](00-introduction.md) and [03-cgroups](03-cgroups.md)', page)).toEqual([
      'Labs 00 and 03-cgroups',
    ]);
  });

  it('call lessons by their shortest names', () => {
    expect(['03-cgroups', '00-introduction', 'glossary'].map(shortName)).toEqual(['03', 'intro', 'glossary']);
  });
});

describe('the columns of a table', () => {
  it('are as wide as their cells where there is room', () => {
    expect(fitColumns([10, 20].map(longCell), 40)).toEqual([10, 20]);
  });

  it('share what is left by what they lack, and are never narrower than their longest word', () => {
    const widths = fitColumns([{ word: 22, all: 22 }, longCell(90), longCell(50)], 80) ?? [];
    expect(widths[0]).toBe(22);
    expect(widths[1]).toBeGreaterThan(widths[2] ?? 0);
    expect(widths.reduce((sum, width) => sum + width)).toBeLessThanOrEqual(80);
  });

  it('are given up where not even the words fit', () => {
    expect(fitColumns([longCell(90), longCell(90), longCell(90)], 30)).toBeUndefined();
  });

  it('become one paragraph for each row then', async () => {
    const table = '| flag | meaning |\n| --- | --- |\n| `CLONE_NEWPID` | a new pid namespace |';
    expect(formatMarkdown(table, await pageOf({ columns: 20 }))).toEqual([
      '`CLONE_NEWPID`',
      '  meaning: a new pid',
      '    namespace',
    ]);
  });

  function longCell(all: number) {
    return { word: 8, all };
  }
});

describe('code', () => {
  it('that is too long goes on behind a mark, as far to the right as it began', async () => {
    const page = await pageOf({ columns: 30 });
    expect(formatMarkdown('```ts\nif (a) {\n  return first(1) + second(2) + third(3);\n}\n```', page)).toEqual([
      'if (a) {',
      '  return first(1) + second(2)',
      '  ↪ + third(3);',
      '}',
    ]);
  });

  it('cannot write to the terminal', async () => {
    const lines = formatMarkdown(
      'Text \x1b[2J and `code \x1b]0;x`.\n\n```ts\n\x1b[2J\n```',
      await pageOf({ columns: 60 }),
    );
    expect(lines.join('\n')).not.toContain('\x1b');
  });

  it('names the region of the source that it is from', async () => {
    const page = await pageOf({ columns: 60, unicode: false });
    expect(formatMarkdown('```ts source=labs/02-rootfs/lab.ts#pivot\nx();\n```', page)[0]).toBe(
      '  labs/02-rootfs/lab.ts  pivot',
    );
  });
});

describe('a drawing', () => {
  const text = '┌──┐ ╔═▶ ▲\n│ab├─╝  │ …\n└──┘  →→ ◀';

  it('has ASCII characters of the same width where there is no Unicode', () => {
    const drawn = drawnFor(text, { unicode: false });
    expect(drawn).toBe('+--+ +=> ^\n|ab+-+  | .\n+--+  >> <');
  });

  it('that is too wide is shown as it is, and the reader is told', async () => {
    const lines = formatDiagram({ type: 'diagram', title: 'T', text: '─'.repeat(50) }, await pageOf({ columns: 30 }));
    expect(lines).toContain('─'.repeat(50));
    expect(lines.join(' ')).toMatch(/50\s+columns\s+wide/);
  });
});

describe('paragraphs', () => {
  it('of Chinese have no space where a line of the file ends', async () => {
    const [line] = formatMarkdown('命名空间\n是一张表，\nLinux 有\n好几张。', await pageOf({ columns: 80 }));
    expect(line).toBe('命名空间是一张表， Linux 有好几张。');
  });

  it('of Chinese end no line with an opening bracket, and start none with a full stop', async () => {
    const text = '命名空间（namespace）是一张表。'.repeat(12);
    for (let columns = 20; columns < 60; columns++) {
      const lines = formatMarkdown(text, await pageOf({ columns }));
      expect(lines.filter((line) => /（$|^[）。]/.test(line) || displayWidth(line) > columns)).toEqual([]);
    }
  });

  it('have no comment of the author', () => {
    expect(parseMarkdown('<!-- later -->\n\nText<!-- why --> and more.')).toEqual([
      { type: 'paragraph', inlines: [{ text: 'Text' }, { text: ' and more.' }] },
    ]);
  });

  it('break at the same places whether or not their characters are counted one by one', () => {
    const words = [
      'a',
      'cc',
      ' ',
      '  ',
      '|',
      '/',
      '…',
      'MS_NOSUID|MS_NODEV',
      '/path/to/some',
      '\u00a0',
      'longlonglongword',
    ];
    for (let seed = 1; seed <= 2000; seed++) {
      const spans = [3, 5, 7].map((step) => ({
        text: Array.from({ length: 9 }, (_, i) => words[(seed * step + i * i * seed) % words.length]).join(''),
      }));
      const [width, hang] = [1 + (seed % 30), seed % 4];
      expect(wrap(spans, width, hang)).toEqual(wrapCells(spans, width, hang));
    }
  });
});

describe('the sections of a lesson', () => {
  const lesson = parseLesson(
    `${HEAD}## One {#cpu-quota}\n### a\n### b\n## Two {#memory}\n## Three`,
    'lessons/en/03.md',
  );
  const chapters = chaptersOf(lesson.sections);

  it('have ids, and the smaller ones numbers behind that of their chapter', () => {
    expect(chapters.map(({ id, parts }) => [id, parts.map((part) => part.id)])).toEqual([
      ['cpu-quota', ['cpu-quota-1', 'cpu-quota-2']],
      ['memory', []],
      ['section-3', []],
    ]);
  });

  it('are found by id, with what is in them', () => {
    expect(findChapter(chapters, 'cpu-quota', lesson).parts).toHaveLength(2);
    expect(findChapter(chapters, 'cpu-quota-2', lesson).section.title).toBe('b');
  });

  it('lead to the next: a chapter to a chapter, a part to what stands behind it', () => {
    const after = (id: string) => chapterAfter(findChapter(chapters, id, lesson), chapters)?.id;
    expect(['cpu-quota', 'cpu-quota-1', 'cpu-quota-2', 'section-3'].map(after)).toEqual([
      'memory',
      'cpu-quota-2',
      'memory',
      undefined,
    ]);
  });

  it('that do not exist are refused: the nearest is named, and all', () => {
    const error = refusalOf(() => findChapter(chapters, 'cpu-qouta', lesson));
    expect(error).toMatchObject({ status: 2 });
    expect(error.message).toBe('lessons/en/03.md has no section "cpu-qouta". Did you mean cpu-quota?');
    expect(error.remedy).toContain('cpu-quota, cpu-quota-1, cpu-quota-2, memory, section-3');
  });

  function refusalOf(work: () => unknown): UserError {
    try {
      work();
    } catch (error) {
      return error as UserError;
    }
    throw new Error('nothing was refused');
  }
});
